using CoderLsp.Completion;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Prompts;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;
using CoderLsp.Models;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Models;

/// <summary>The prompts of each family, from the file's vocabulary to the text.</summary>
public class InfillFormatsTests
{
    // Prefix "a b\n", suffix ";\nd", typed "c=" on the cursor's line.
    [Theory]
    [InlineData("deepseek-coder", "<｜fim▁begin｜>a b\n<｜fim▁hole｜>;\nd<｜fim▁end｜>c=", "<｜fim▁hole｜>;\nd<｜fim▁begin｜>a b\n<｜fim▁end｜>c=")]
    [InlineData("codegemma", "<|fim_prefix|>a b\n<|fim_suffix|>;\nd<|fim_middle|>c=", "<|fim_suffix|>;\nd<|fim_prefix|>a b\n<|fim_middle|>c=")]
    [InlineData("granite-4", "<|fim_prefix|>a b\n<|fim_suffix|>;\nd<|fim_middle|>c=", "<|fim_suffix|>;\nd<|fim_prefix|>a b\n<|fim_middle|>c=")]
    [InlineData("qwen-coder", "<|fim_prefix|>a b\n<|fim_suffix|>;\nd<|fim_middle|>c=", "<|fim_suffix|>;\nd<|fim_prefix|>a b\n<|fim_middle|>c=")]
    [InlineData("granite-3", "<fim_prefix>a b\n<fim_suffix>;\nd<fim_middle>c=", "<fim_suffix>;\nd<fim_prefix>a b\n<fim_middle>c=")]
    [InlineData("starcoder2", "<fim_prefix>a b\n<fim_suffix>;\nd<fim_middle>c=", "<fim_prefix><fim_suffix>;\nd<fim_middle>a b\nc=")]
    [InlineData("starcoder", "<fim_prefix>a b\n<fim_suffix>;\nd<fim_middle>c=", "<fim_prefix><fim_suffix>;\nd<fim_middle>a b\nc=")]
    [InlineData("santacoder", "<fim-prefix>a b\n<fim-suffix>;\nd<fim-middle>c=", "<fim-prefix><fim-suffix>;\nd<fim-middle>a b\nc=")]
    [InlineData("codellama", "▁<PRE>a b\n▁<SUF>;\nd▁<MID>c=", "▁<PRE>▁<SUF>;\nd▁<MID>a b\nc=")]
    [InlineData("codestral", null, "[SUFFIX];\nd[PREFIX]a b\nc=")]
    [InlineData("seed-coder", "<[fim-prefix]>a b\n<[fim-suffix]>;\nd<[fim-middle]>c=", "<[fim-suffix]>;\nd<[fim-prefix]>a b\n<[fim-middle]>c=")]
    [InlineData("glm", "<|code_prefix|>a b\n<|code_suffix|>;\nd<|code_middle|>c=", "<|code_suffix|>;\nd<|code_prefix|>a b\n<|code_middle|>c=")]
    [InlineData("falcon-coder", "<|prefix|>a b\n<|suffix|>;\nd<|middle|>c=", "<|suffix|>;\nd<|prefix|>a b\n<|middle|>c=")]
    public void A_prompt_is_written_as_the_family_was_trained(string name, string? prefixFirst, string suffixFirst)
    {
        var family = InfillFamilies.All.First(family => family.Name == name);
        foreach (var sentencePiece in (bool[])[false, true])
        {
            using var made = Made(family, sentencePiece);
            using var file = GgufFile.Open(made.Path);
            var tokenizer = Tokenizer.FromGguf(file);
            InfillFamilies.Of(tokenizer)!.ShouldBe(family);
            Prompt(file, tokenizer, InfillOrder.SuffixFirst).ShouldBe(suffixFirst);
            Prompt(file, tokenizer, InfillOrder.PrefixFirst).ShouldBe(prefixFirst ?? suffixFirst);
            Prompt(file, tokenizer, null).ShouldBe(family.SuffixFirst ? suffixFirst : prefixFirst);
            Prompt(file, tokenizer, InfillOrder.None).ShouldBe("a b\nc=");
        }
    }

    [Fact]
    public void Every_family_is_in_the_theory_above() => InfillFamilies.All.Select(family => family.Name).Distinct().Count().ShouldBe(13);

    [Fact]
    public void Codestrals_token_for_the_middle_is_in_no_prompt_and_comes_from_no_text()
    {
        using var made = new MadeModel("llama", ["[PREFIX]", "[SUFFIX]", "[MIDDLE]"]);
        using var file = GgufFile.Open(made.Path);
        var tokenizer = Tokenizer.FromGguf(file);
        InfillFormats.Of(tokenizer, file.Metadata, null).ShouldBe(new InfillFormat(InfillOrder.SuffixFirst, null, 0, 1, null));
        tokenizer.Vocabulary.IsSpecial(2).ShouldBeTrue();
    }

    [Fact]
    public void The_files_own_order_wins_over_the_familys()
    {
        using var made = new MadeModel("llama", ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"], writer => writer.Add("coderlsp.fim.order", "spm"));
        using var file = GgufFile.Open(made.Path);
        var tokenizer = Tokenizer.FromGguf(file);
        InfillFormats.Of(tokenizer, file.Metadata, null).Order.ShouldBe(InfillOrder.SuffixFirst);
        InfillFormats.Of(tokenizer, file.Metadata, InfillOrder.None).Order.ShouldBe(InfillOrder.None);
    }

    [Fact]
    public void A_marker_of_another_file_ends_the_generation()
    {
        foreach (var family in InfillFamilies.All)
        {
            using var made = Made(family, sentencePiece: false);
            using var file = GgufFile.Open(made.Path);
            var tokenizer = Tokenizer.FromGguf(file);
            foreach (var token in new[] { family.Repository, family.File }.OfType<string>())
                tokenizer.Special.IsEndOfGeneration(tokenizer.Vocabulary.Find(token)!.Value).ShouldBeTrue($"{family.Name}: {token}");
        }
    }

    [Theory]
    [Trait("Needs", "Shared")]
    [InlineData("deepseek-coder", "deepseek-coder", 32016, 32015, 32017)]
    [InlineData("starcoder", "starcoder2", 1, 3, 2)]
    [InlineData("refact", "starcoder", 1, 3, 2)]
    public void Real_vocabularies_are_recognised(string vocabulary, string family, int prefix, int suffix, int middle)
    {
        using var file = GgufFile.Open(TestData.Shared("vocab", $"ggml-vocab-{vocabulary}.gguf"));
        var tokenizer = Tokenizer.FromGguf(file);
        InfillFamilies.Of(tokenizer)!.Name.ShouldBe(family);
        var format = InfillFormats.Of(tokenizer, file.Metadata, null);
        (format.Order, format.Prefix, format.Suffix, format.Middle).ShouldBe((InfillOrder.PrefixFirst, prefix, suffix, middle));
    }

    [Theory]
    [Trait("Needs", "Shared")]
    [InlineData("deepseek-llm"), InlineData("llama-bpe"), InlineData("llama-spm"), InlineData("qwen2")]
    public void A_vocabulary_without_such_tokens_is_of_no_family(string vocabulary)
    {
        using var file = GgufFile.Open(TestData.Shared("vocab", $"ggml-vocab-{vocabulary}.gguf"));
        var tokenizer = Tokenizer.FromGguf(file);
        InfillFamilies.Of(tokenizer).ShouldBeNull();
        InfillFormats.Of(tokenizer, file.Metadata, InfillOrder.PrefixFirst).Order.ShouldBe(InfillOrder.None);
    }

    static MadeModel Made(InfillFamily family, bool sentencePiece) => new("llama", [.. new[]
    {
        "<s>", family.Middle ?? "[MIDDLE]", family.Suffix, family.Prefix, family.Repository, family.File,
    }.OfType<string>().Concat(family.Markers).Distinct()], writer => writer.Add("tokenizer.ggml.add_bos_token", false), sentencePiece);

    static string Prompt(GgufFile file, Tokenizer tokenizer, InfillOrder? order)
    {
        const string text = "a b\nc=;\nd";
        var model = new TokenizerOnly(tokenizer, InfillFormats.Of(tokenizer, file.Metadata, order));
        var snapshot = new TextSnapshot("untitled:a", "python", version: 0, text);
        var prompt = new PromptBuilder(model).Build(snapshot, cursor: 6, anchor: 4, budget: 400);
        return tokenizer.Decode([.. prompt.Tokens], special: true) + prompt.Healed;
    }

    /// <summary>A model that tokenises as <see cref="LocalInfillModel"/> does and generates nothing.</summary>
    sealed class TokenizerOnly(Tokenizer tokenizer, InfillFormat format) : IInfillModel
    {
        public string Name => "made";

        public int ContextTokens => 1024;

        public InfillFormat Format => format;

        public void Encode(ReadOnlySpan<char> text, List<int> tokens) => tokenizer.Encode(text, tokens, continues: true);

        public Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<int> PrefillAsync(IReadOnlyList<int> prompt, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
