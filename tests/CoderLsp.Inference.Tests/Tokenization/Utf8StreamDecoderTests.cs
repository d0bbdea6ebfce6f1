using System.Text;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Tests.Tokenization;

public class Utf8StreamDecoderTests
{
    [Fact]
    public void A_character_is_given_out_with_its_last_byte_and_never_by_halves()
    {
        var decoder = new Utf8StreamDecoder();
        byte[] llama = [0xF0, 0x9F, 0xA6, 0x99];
        foreach (var b in llama[..3]) decoder.Append([b]).ShouldBe("");
        decoder.Append([llama[3]]).ShouldBe("🦙");
        decoder.Append("é"u8[..1]).ShouldBe("");
        decoder.Append([0xA9, (byte)'x']).ShouldBe("éx");
        decoder.Flush().ShouldBe("");
    }

    [Fact]
    public void What_is_incomplete_at_the_end_becomes_the_replacement_character_and_the_decoder_begins_anew()
    {
        var decoder = new Utf8StreamDecoder();
        decoder.Append([0xE6, 0x97]).ShouldBe("");
        decoder.Flush().ShouldBe("\ufffd");
        decoder.Append("日"u8).ShouldBe("日");
    }

    [Fact]
    public void Any_bytes_in_any_parts_give_what_decoding_them_at_once_gives()
    {
        var random = new Random(5);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(new RandomTexts(round).Next());
            if (round % 2 == 0)
                foreach (ref var b in bytes.AsSpan())
                    if (random.Next(6) == 0) b = (byte)random.Next(256);

            var decoder = new Utf8StreamDecoder();
            var text = new StringBuilder();
            for (int i = 0, end; i < bytes.Length; i = end)
            {
                end = Math.Min(bytes.Length, i + random.Next(1, 5));
                var part = decoder.Append(bytes.AsSpan(i..end));
                text.Append(part);
                if (part.Length > 0) char.IsHighSurrogate(part[^1]).ShouldBeFalse();
            }
            text.Append(decoder.Flush()).ToString().ShouldBe(Encoding.UTF8.GetString(bytes));
        }
    }
}
