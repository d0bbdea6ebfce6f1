using System.Text;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Tests.Tokenization;

namespace CoderLsp.Inference.Tests.Generation;

public sealed class GeneratedTextTests
{
    [Fact]
    public void A_character_appears_with_its_last_byte_and_never_by_halves()
    {
        var text = new GeneratedText();
        byte[] llama = [0xF0, 0x9F, 0xA6, 0x99];
        foreach (var b in llama[..3]) After(text, [b]).ShouldBe("");
        After(text, [llama[3]]).ShouldBe("🦙");
        After(text, "é"u8[..1]).ShouldBe("🦙");
        After(text, [0xA9, (byte)'x']).ShouldBe("🦙éx");
    }

    [Fact]
    public void A_new_text_begins_without_what_the_last_one_left_incomplete()
    {
        var text = new GeneratedText();
        After(text, [0xE6, 0x97]).ShouldBe("");
        text.Clear();
        After(text, "日"u8).ShouldBe("日");
    }

    [Fact]
    public void Any_bytes_in_any_parts_give_what_decoding_them_at_once_gives()
    {
        var random = new Random(5);
        var text = new GeneratedText();
        for (var round = 0; round < 2000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(new RandomTexts(round).Next() + "."); // ends with a whole character
            if (round % 2 == 0)
                foreach (ref var b in bytes.AsSpan(0, bytes.Length - 1))
                    if (random.Next(6) == 0) b = (byte)random.Next(256);

            text.Clear();
            for (int i = 0, end; i < bytes.Length; i = end)
            {
                end = Math.Min(bytes.Length, i + random.Next(1, 5));
                text.Append(bytes.AsSpan(i..end));
                if (!text.Span.IsEmpty) char.IsHighSurrogate(text.Span[^1]).ShouldBeFalse();
            }

            text.Span.ToString().ShouldBe(Encoding.UTF8.GetString(bytes));
        }
    }

    static string After(GeneratedText text, ReadOnlySpan<byte> bytes)
    {
        text.Append(bytes);
        return text.Span.ToString();
    }
}
