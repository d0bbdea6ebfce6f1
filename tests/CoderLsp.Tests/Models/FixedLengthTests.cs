using CoderLsp.Inference.Generation;
using CoderLsp.Models;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Models;

public class FixedLengthTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("8", 8)]
    public void The_environment_says_how_long_answers_of_a_benchmark_are(string? value, int? expected) => FixedLength.Read(value).ShouldBe(expected);

    [Theory]
    [InlineData("0")]
    [InlineData("-8")]
    [InlineData("eight")]
    [InlineData("1025")]
    [InlineData("99999999999")]
    public void What_is_no_length_is_told(string value) => Should.Throw<UserException>(() => FixedLength.Read(value)).Message.ShouldContain($"\"{value}\"");

    [Fact]
    public async Task An_answer_of_fixed_length_goes_on_where_it_would_have_ended()
    {
        using var engine = Engine.Load(TestData.InRepository("models", "seedling", "seedling-q8_0.gguf"), new() { Threads = 1 });
        var prompt = new List<int>();
        engine.Tokenizer.Encode("x = 1\n", prompt);
        var request = new GenerationRequest
        {
            Prompt = prompt, Required = "import o"u8.ToArray(), MaxTokens = 30, Stop = text => true,
        };
        var cancellation = TestContext.Current.CancellationToken;
        (await engine.GenerateAsync(request, cancellation)).End.ShouldBe(GenerationEnd.StopRule);
        request.WithTokens(null).ShouldBeSameAs(request);
        (await engine.GenerateAsync(request.WithTokens(7), cancellation)).Tokens.Count.ShouldBe(7);
    }
}
