namespace CoderLsp.Inference.Tokenization;

/// <summary>All families of models that fill in the middle, each with where its format is published.</summary>
public static class InfillFamilies
{
    /// <summary>The first whose tokens fit decides.</summary>
    public static IReadOnlyList<InfillFamily> All { get; } =
    [
        // DeepSeek-Coder and DeepSeek-Coder-V2, README, "Code Insertion". Other files go before the prompt, each headed "#path".
        new("deepseek-coder", "DeepSeek-Coder", "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),

        // CodeGemma, model card, "Fill-in-the-middle".
        new("codegemma", "CodeGemma", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")
        {
            File = "<|file_separator|>", Markers = ["<|file_separator|>"],
        },

        // Granite 4, model card and prompt engineering guide; roles in its vocabulary tell it from Qwen.
        new("granite-4", "Granite 4", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")
        {
            Repository = "<|reponame|>", File = "<|filename|>", Markers = ["<|start_of_role|>"],
        },

        // Qwen2.5-Coder, README, "File-Level" and "Repository-Level Code Completion"; Qwen3-Coder has the same tokens.
        new("qwen-coder", "Qwen-Coder", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>") { Repository = "<|repo_name|>", File = "<|file_sep|>" },

        // Granite 3, prompt engineering guide; the vocabulary is StarCoder's with roles added.
        new("granite-3", "Granite 3", "<fim_prefix>", "<fim_suffix>", "<fim_middle>")
        {
            Repository = "<reponame>", File = "<filename>", Markers = ["<|start_of_role|>"],
        },

        // StarCoder2, paper (arXiv:2402.19173), section 5.1: <repo_name>repo<file_sep>path\ncode<file_sep>… with the FIM tokens inside a file.
        // Suffix first is the second variant of arXiv:2207.14255, as in BigCode's Megatron-LM; the same for the next two.
        new("starcoder2", "StarCoder2", "<fim_prefix>", "<fim_suffix>", "<fim_middle>")
        {
            PrefixInMiddle = true, Repository = "<repo_name>", File = "<file_sep>", Markers = ["<file_sep>"],
        },

        // StarCoder, model card; the published code models of Granite and Refact have its vocabulary and format.
        new("starcoder", "StarCoder", "<fim_prefix>", "<fim_suffix>", "<fim_middle>")
        {
            PrefixInMiddle = true, Repository = "<reponame>", File = "<filename>",
        },

        // SantaCoder, model card: the same with hyphens.
        new("santacoder", "SantaCoder", "<fim-prefix>", "<fim-suffix>", "<fim-middle>") { PrefixInMiddle = true },

        // CodeLlama, infilling_prompt_tokens in generation.py of the published code; converters write the tokens in two ways.
        new("codellama", "CodeLlama", "▁<PRE>", "▁<SUF>", "▁<MID>") { PrefixInMiddle = true },
        new("codellama", "CodeLlama", "<PRE>", "<SUF>", "<MID>") { PrefixInMiddle = true },

        // Codestral, mistral-common's encode_fim: [SUFFIX]suffix[PREFIX]prefix. The vocabulary has a [MIDDLE] too, which prompts do not.
        new("codestral", "Codestral", "[PREFIX]", "[SUFFIX]", null) { SuffixFirst = true },

        // Seed-Coder, README, "Fill-in-the-Middle".
        new("seed-coder", "Seed-Coder", "<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>") { SuffixFirst = true },

        // GLM-4.5 and Falcon-H1-Tiny-Coder, after llama.cpp's table of such tokens.
        new("glm", "GLM", "<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"),
        new("falcon-coder", "Falcon-H1-Coder", "<|prefix|>", "<|suffix|>", "<|middle|>"),
    ];

    /// <summary>The family of a vocabulary's tokens; null without such tokens, or for some that are in no published format.</summary>
    public static InfillFamily? Of(Tokenizer tokenizer)
    {
        var (vocabulary, special) = (tokenizer.Vocabulary, tokenizer.Special);
        if (special.FimPrefix is not { } prefix || special.FimSuffix is not { } suffix) return null;
        var (before, behind) = (vocabulary.Text(prefix), vocabulary.Text(suffix));
        return All.FirstOrDefault(family => family.Prefix == before && family.Suffix == behind
            && family.Markers.All(marker => vocabulary.Find(marker) is not null));
    }

    /// <summary>The texts that a role has in any family, in the table's order.</summary>
    internal static string[] Texts(Func<InfillFamily, string?> role) => [.. All.Select(role).OfType<string>().Distinct()];
}
