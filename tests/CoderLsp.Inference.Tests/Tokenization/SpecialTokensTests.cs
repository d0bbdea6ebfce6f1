using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Tests.Tokenization;

public class SpecialTokensTests
{
    public static TheoryData<string, string, string> Families =>
        [.. InfillFamilies.All.Select(f => (f.Prefix, f.Suffix, f.Middle ?? "[MIDDLE]")).Distinct()];

    [Theory]
    [MemberData(nameof(Families))]
    public void The_fim_tokens_of_a_family_are_found_by_their_texts_whatever_their_type(string prefix, string suffix, string middle)
    {
        foreach (var type in new[] { TokenType.Control, TokenType.UserDefined, TokenType.Normal })
        {
            var tokenizer = Tokenizer.FromData(MadeVocabulary.BytePair([], (suffix, type), (middle, type), (prefix, type)));
            (tokenizer.Special.FimPrefix, tokenizer.Special.FimSuffix, tokenizer.Special.FimMiddle).ShouldBe((258, 256, 257));
            tokenizer.Ids(prefix + suffix + middle).ShouldAllBe(id => id < 256);
            tokenizer.Ids(prefix + suffix + middle, parseSpecial: true).ShouldBe([258, 256, 257]);
            tokenizer.Vocabulary.Bytes(258).Length.ShouldBe(0);
        }
    }

    [Theory]
    [InlineData("fim_pre_token_id", "fim_suf_token_id", "fim_mid_token_id")]
    [InlineData("prefix_token_id", "suffix_token_id", "middle_token_id")]
    public void Ids_in_the_metadata_win_over_texts(string prefix, string suffix, string middle)
    {
        var data = MadeVocabulary.BytePair([], ("<fim_prefix>", TokenType.Control), ("A", TokenType.Control), ("B", TokenType.Control), ("C", TokenType.Control));
        var special = Tokenizer.FromData(data with { SpecialIds = new Dictionary<string, long> { [prefix] = 257, [suffix] = 258, [middle] = 259 } }).Special;
        (special.FimPrefix, special.FimSuffix, special.FimMiddle).ShouldBe((257, 258, 259));
    }

    [Theory]
    [InlineData(256), InlineData(-1), InlineData(4294967295)]
    public void An_id_outside_the_vocabulary_is_an_error_that_names_the_key(long id)
    {
        var data = MadeVocabulary.BytePair([]) with { Source = "x.gguf", SpecialIds = new Dictionary<string, long> { ["bos_token_id"] = id } };
        Should.Throw<GgufException>(() => Tokenizer.FromData(data)).Message
            .ShouldBe($"x.gguf: the metadata 'tokenizer.ggml.bos_token_id' is {id}, but the vocabulary has 256 tokens.");
    }

    [Fact]
    public void A_padding_id_outside_the_vocabulary_is_a_warning_because_published_files_have_it()
    {
        var warnings = new List<string>();
        var data = MadeVocabulary.BytePair([]) with { SpecialIds = new Dictionary<string, long> { ["padding_token_id"] = 256 } };
        Tokenizer.FromData(data, warnings.Add).Special.Pad.ShouldBeNull();
        warnings.ShouldHaveSingleItem().ShouldContain("padding_token_id");
    }

    [Theory]
    [InlineData("<|EOT|>"), InlineData("<|im_end|>"), InlineData("<|endoftext|>"), InlineData("<|eot_id|>"), InlineData("<end_of_turn>"), InlineData("▁<EOT>")]
    public void The_texts_that_end_a_generation_are_known(string text)
    {
        var special = Tokenizer.FromData(MadeVocabulary.BytePair([], (text, TokenType.Control), ("<|other|>", TokenType.Control))).Special;
        special.IsEndOfGeneration(256).ShouldBeTrue();
        special.IsEndOfGeneration(257).ShouldBeFalse();
        special.Eot.ShouldBe(256);
    }

    [Fact]
    public void What_merges_make_is_text_however_special_it_looks()
    {
        var tokenizer = Tokenizer.FromData(MadeVocabulary.BytePair(["< /", "</ s", "</s >"]));
        tokenizer.Special.Eos.ShouldBeNull();
        tokenizer.Special.IsEndOfGeneration(258).ShouldBeFalse();
        tokenizer.Decode([258]).ShouldBe("</s>");
    }

    [Fact]
    public void Bos_is_added_as_the_file_says_and_only_if_there_is_one()
    {
        var data = MadeVocabulary.BytePair([], ("<|begin_of_text|>", TokenType.Control));
        Tokenizer.FromData(data).Special.AddBos.ShouldBeFalse();
        Tokenizer.FromData(data with { AddBos = true }).Special.AddBos.ShouldBeTrue();
        Tokenizer.FromData(data with { PreTokenizer = "llama-bpe" }).Special.AddBos.ShouldBeTrue();
        Tokenizer.FromData(data with { PreTokenizer = "llama-bpe", AddBos = false }).Special.AddBos.ShouldBeFalse();
        Tokenizer.FromData(MadeVocabulary.BytePair([]) with { AddBos = true }).Special.AddBos.ShouldBeFalse();
    }

    [Theory]
    [InlineData("deepseek-coder", 300, "<｜begin▁of▁sentence｜>")]
    [InlineData("deepseek-llm", 100_100, "<｜begin▁of▁sentence｜>")]
    [InlineData(null, 129_000, "<｜begin▁of▁sentence｜>")]
    [InlineData("llama-bpe", 300, "<|begin_of_text|>", "<|eot_id|>")]
    [InlineData("starcoder", 300, "<|endoftext|>", "<jupyter_start>")]
    [InlineData("qwen2", 151_000, "<|endoftext|>", "<|im_start|>")]
    [InlineData("gpt-2", 50_257, "<|endoftext|>")]
    [InlineData(null, 300, "<|endoftext|>")]
    public void The_pre_tokenizer_of_an_old_file_is_inferred_from_its_vocabulary(string? expected, int count, params string[] texts)
    {
        var filler = Enumerable.Range(0, count - texts.Length).Select(i => $"t{i}");
        CoderLsp.Inference.Tokenization.PreTokenization.PreTokenizerInference.Infer(MadeVocabulary.Strings([.. filler, .. texts])).ShouldBe(expected);
    }
}
