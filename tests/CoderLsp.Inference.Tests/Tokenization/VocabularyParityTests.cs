using System.Text.Json;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Tokenization;

/// <summary>Ids equal to llama.cpp's for the vocabularies of real models.</summary>
[Trait("Needs", "Shared")]
public class VocabularyParityTests
{
    public static TheoryData<string> Names =>
        ["deepseek-coder", "deepseek-llm", "llama-bpe", "llama-spm", "qwen2", "refact", "starcoder"];

    [Theory, MemberData(nameof(Names))]
    public void Every_expected_line_is_met(string name)
    {
        var tokenizer = Open(name);
        var texts = File.ReadAllText(TestData.Shared("vocab", $"ggml-vocab-{name}.gguf.inp")).Split("\n__ggml_vocab_test__\n");
        var expected = File.ReadAllLines(TestData.Shared("vocab", $"ggml-vocab-{name}.gguf.out"));
        expected.Length.ShouldBe(46);
        texts.Length.ShouldBeGreaterThanOrEqualTo(expected.Length);
        for (var i = 0; i < expected.Length; i++)
            string.Join(' ', tokenizer.Ids(texts[i])).ShouldBe(expected[i].Trim(), $"text {i}: {texts[i]}");
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_text_survives_the_way_there_and_back(string name)
    {
        var tokenizer = Open(name);
        var prefix = name == "llama-spm" ? " " : "";
        foreach (var text in File.ReadAllText(TestData.Shared("vocab", $"ggml-vocab-{name}.gguf.inp")).Split("\n__ggml_vocab_test__\n"))
            tokenizer.Decode(tokenizer.Ids(text)).ShouldBe(text.Length == 0 ? "" : prefix + text);
    }

    [Fact]
    public void SmolLMs_prompts_have_the_expected_ids()
    {
        using var file = GgufFile.Open(TestData.Shared("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var tokenizer = Tokenizer.FromGguf(file, warning => throw new InvalidOperationException(warning));
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestData.Shared("models", "smollm2-135m-instruct", "golden.json")));
        golden.RootElement.GetArrayLength().ShouldBe(6);
        foreach (var prompt in golden.RootElement.EnumerateArray())
        {
            var ids = tokenizer.Ids(prompt.GetProperty("prompt").GetString()!, prompt.GetProperty("special").GetBoolean());
            ids.ShouldBe(Numbers(prompt.GetProperty("tokens")));
            if (prompt.TryGetProperty("continuation", out var continuation)) // the other prompts are for scores
                tokenizer.Decode(Numbers(continuation)).ShouldBe(prompt.GetProperty("text").GetString());
        }
    }

    [Theory]
    [InlineData("deepseek-coder", "deepseek-coder")]
    [InlineData("deepseek-llm", "deepseek-llm")]
    [InlineData("llama-bpe", "llama-bpe")]
    [InlineData("qwen2", "qwen2")]
    [InlineData("refact", "starcoder")] // the same patterns
    [InlineData("starcoder", "starcoder")]
    public void A_missing_pre_tokenizer_is_inferred(string name, string expected)
    {
        using var file = GgufFile.Open(TestData.Shared("vocab", $"ggml-vocab-{name}.gguf"));
        var data = VocabularyReader.Read(file);
        var warnings = new List<string>();
        CoderLsp.Inference.Tokenization.PreTokenization.PreTokenizerInference.Infer(data.Tokens).ShouldBe(expected);
        var inferred = Tokenizer.FromData(data with { PreTokenizer = null }, warnings.Add);
        warnings.ShouldBeEmpty();
        const string Text = "if (x == 1234) { return \"Việt 4½\"; }  // \t end";
        inferred.Ids(Text).ShouldBe(Tokenizer.FromData(data).Ids(Text));
    }

    [Fact]
    public void DeepSeek_Coders_special_tokens_are_found_though_the_file_gives_no_ids_for_them()
    {
        var tokenizer = Open("deepseek-coder");
        var special = tokenizer.Special;
        (special.Bos, special.Eos, special.Eot, special.AddBos).ShouldBe((32013, 32014, 32021, true));
        (special.FimPrefix, special.FimSuffix, special.FimMiddle).ShouldBe((32016, 32015, 32017));
        special.IsEndOfGeneration(32014).ShouldBeTrue();
        special.IsEndOfGeneration(32021).ShouldBeTrue();
        special.IsEndOfGeneration(32016).ShouldBeFalse();
    }

    [Theory]
    [InlineData("starcoder", 1, 3, 2)]
    [InlineData("refact", 1, 3, 2)]
    public void StarCoders_fim_tokens_are_found_by_their_texts(string name, int prefix, int suffix, int middle)
    {
        var special = Open(name).Special;
        (special.FimPrefix, special.FimSuffix, special.FimMiddle).ShouldBe((prefix, suffix, middle));
    }

    [Fact]
    public void Added_characters_are_tokens_in_plain_text_but_markers_of_the_same_type_are_not()
    {
        var tokenizer = Open("deepseek-coder");
        tokenizer.Vocabulary.Type(32009).ShouldBe(TokenType.UserDefined);
        tokenizer.Vocabulary.Type(32021).ShouldBe(TokenType.UserDefined);
        tokenizer.Ids("für").ShouldContain(32009);
        tokenizer.Decode(tokenizer.Ids("für")).ShouldBe("für");
        foreach (var text in new[] { "<|EOT|>", "<｜fim▁hole｜>", "<|User|>", "[PAD32022]", "<pad>", "<｜end▁of▁sentence｜>" })
        {
            tokenizer.Ids(text).ShouldAllBe(id => id < 32000, text);
            tokenizer.Ids(text, parseSpecial: true).ShouldHaveSingleItem().ShouldBeGreaterThan(32012);
            tokenizer.Decode(tokenizer.Ids(text)).ShouldBe(text);
        }
    }

    static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(t => t.GetInt32())];

    static Tokenizer Open(string name)
    {
        using var file = GgufFile.Open(TestData.Shared("vocab", $"ggml-vocab-{name}.gguf"));
        return Tokenizer.FromGguf(file, warning => throw new InvalidOperationException(warning));
    }
}
