using CoderLsp.Models.Chat;

namespace CoderLsp.Tests.Models;

public class ReplyStreamTests
{
    [Theory]
    [InlineData("Hello world", "", new string[0], "Hello world")]
    [InlineData(" Hello", " ", new string[0], "Hello")]
    [InlineData("Hello", " ", new string[0], "Hello")]
    [InlineData("    return x\n", "", new string[0], "    return x")]
    [InlineData("a\n\nb  \n", "", new string[0], "a\n\nb")]
    [InlineData("abc STOP def", "", new[] { "STOP" }, "abc")]
    [InlineData("abc STO", "", new[] { "STOP" }, "abc STO")]
    [InlineData("aSTbSTOP", "", new[] { "STOP", "ST" }, "a")]
    [InlineData("", " ", new[] { "x" }, "")]
    public void Any_way_of_growing_gives_the_same_pieces_together(string text, string lead, string[] stops, string expected)
    {
        for (var step = 1; step <= text.Length + 1; step++)
        {
            var (sent, stopped) = ("", false);
            var stream = new ReplyStream(lead, stops, piece => sent += piece);
            for (var length = step; length <= text.Length && !stopped; length += step)
            {
                stopped = stream.Add(text.AsSpan(0, length));
                expected.ShouldStartWith(sent, Case.Sensitive, $"step {step}: nothing is sent that is taken back");
            }

            stream.End(text);
            sent.ShouldBe(expected, $"step {step}");
            stream.Text.ShouldBe(expected);
        }
    }

    [Fact]
    public void What_cannot_begin_a_stop_text_does_not_wait()
    {
        var sent = "";
        var stream = new ReplyStream("", ["\nUser:"], piece => sent += piece);
        stream.Add("Hello\nU").ShouldBeFalse();
        sent.ShouldBe("Hello");
        stream.Add("Hello\nUp").ShouldBeFalse();
        sent.ShouldBe("Hello\nUp");
        stream.Add("Hello\nUp\nUser: x").ShouldBeTrue();
        sent.ShouldBe("Hello\nUp");
    }
}
