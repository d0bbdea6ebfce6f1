using System.Text;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Synthetic;
using CoderLsp.Inference.Tests.Gguf;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Tests.Synthetic;

public class SyntheticVocabularyTests
{
    static readonly SyntheticVocabulary Full = new(32000, 32256);

    [Fact]
    public void The_added_tokens_are_DeepSeek_Coders_at_their_ids()
    {
        Full.Tokens.Count.ShouldBe(32256);
        Full.Types.Count.ShouldBe(32256);
        Full.Merges.Count.ShouldBe(31757);
        Full.Tokens[32013..32022].ShouldBe(
        [
            "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜fim▁hole｜>", "<｜fim▁begin｜>", "<｜fim▁end｜>",
            "<pad>", "<|User|>", "<|Assistant|>", "<|EOT|>",
        ]);
        Full.Types[..32000].ShouldAllBe(type => type == 1);
        Full.Types[32000..32013].ShouldAllBe(type => type == 4);
        Full.Tokens[32000..32013].ShouldAllBe(token => token.Length == 1);
        Full.Types[32013..32015].ShouldBe([3, 3]);
        Full.Types[32015..].ShouldAllBe(type => type == 4);
    }

    [Fact]
    public void There_is_a_token_for_each_byte_and_none_twice()
    {
        Full.Tokens.Distinct().Count().ShouldBe(Full.Tokens.Count);
        for (var b = 0; b < 256; b++) Full.Tokens.ShouldContain(ByteAlphabet.CharacterOf((byte)b).ToString());
    }

    [Fact]
    public void Every_merge_makes_the_token_of_its_place_out_of_earlier_ones()
    {
        var ids = Full.Tokens.Index().ToDictionary(token => token.Item, token => token.Index);
        foreach (var (place, merge) in Full.Merges.Index())
        {
            var parts = merge.Split(' ');
            var result = ids[parts[0] + parts[1]];
            result.ShouldBe(243 + place);
            Math.Max(ids[parts[0]], ids[parts[1]]).ShouldBeLessThan(result);
        }
    }

    /// <summary>Asked of the tokenizer that a model with this vocabulary gets.</summary>
    [Fact]
    public void Every_token_of_text_is_what_its_own_text_becomes()
    {
        var shape = SyntheticShape.Find("tiny")! with { Layers = 0, WordTokens = 32000, Vocabulary = 32256 };
        using var file = new TempFile([]);
        SyntheticModel.Write(file.Path, shape, "Q4_0");
        using var gguf = GgufFile.Open(file.Path);
        var tokenizer = Tokenizer.FromGguf(gguf);
        var tokens = new List<int>();
        for (var id = 0; id < 32000; id++)
        {
            var bytes = tokenizer.Vocabulary.Bytes(id);
            if (bytes.Length == 1 && bytes[0] >= 0x80) continue;
            tokens.Clear();
            tokenizer.Encode(Encoding.UTF8.GetString(bytes), tokens);
            tokens.ShouldBe([id], customMessage: Full.Tokens[id]);
        }
    }

    [Fact]
    public void Any_text_comes_back_and_source_code_takes_fewer_tokens_than_characters()
    {
        using var file = new TempFile([]);
        SyntheticModel.Write(file.Path, SyntheticShape.Find("tiny")!, "Q4_0");
        using var gguf = GgufFile.Open(file.Path);
        var tokenizer = Tokenizer.FromGguf(gguf);
        foreach (var text in new[] { "public static int Main() { return 0; }", "grüße 😀\r\n\t漢字 1234\0\u00FF" })
        {
            var tokens = new List<int>();
            tokenizer.Encode(text, tokens);
            tokenizer.Decode([.. tokens]).ShouldBe(text);
        }
        var code = new List<int>();
        tokenizer.Encode("public static int Main() { return 0; }", code);
        code.Count.ShouldBeLessThan(20);
    }
}
