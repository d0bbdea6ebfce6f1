namespace CoderLsp.Inference.Tokenization.PreTokenization;

/// <summary>
/// Cuts a text into the pieces within which byte-level BPE merges. Each pattern is applied to the pieces that the ones before it left,
/// and sees nothing of the text around a piece.
/// </summary>
/// <param name="WholePieces">Whether a piece that is a token becomes it at once, whatever the merges say.</param>
/// <param name="AddBos">Whether prompts begin with BOS where the file is silent.</param>
sealed record PreTokenizer(Pattern[] Patterns, bool WholePieces = false, bool AddBos = false)
{
    static readonly PreTokenizer Default = new(Gpt2.DefaultPatterns);

    /// <summary>The pre-tokenizer of this name as in <c>tokenizer.ggml.pre</c>, or null.</summary>
    public static PreTokenizer? Find(string name) => name switch
    {
        // Files of 2023 are silent about BOS, which the published tokenisers add.
        "deepseek-coder" => new(DeepSeekCoder.Patterns, AddBos: true),
        "deepseek-llm" => new(DeepSeekLlm.Patterns, AddBos: true),
        "llama-bpe" or "llama3" or "llama-v3" or "falcon3" or "pixtral" or "lfm2" => new(Llama3.Patterns, WholePieces: true, AddBos: true),
        "dbrx" or "smaug-bpe" or "glm4" or "chatglm-bpe" => new(Llama3.Patterns),
        "qwen2" or "deepseek-r1-qwen" or "stablelm2" or "hunyuan" or "megrez" => new(Llama3.Qwen2Patterns),
        "seed-coder" => new(Llama3.SeedCoderPatterns),
        "starcoder" or "refact" or "smollm" or "codeshell" or "command-r" or "exaone" or "mellum2" => new(Gpt2.SingleDigitPatterns),
        "gpt-2" or "phi-2" or "mpt" or "olmo" or "jais" or "mellum" or "exaone4" => new(Gpt2.Patterns),
        "default" => Default,
        _ => null,
    };

    /// <summary>The pre-tokenizer that a file names, or that its vocabulary lets infer; with a warning the default.</summary>
    public static PreTokenizer Choose(VocabularyData data, Action<string>? warn)
    {
        const string Consequence = "the default is used, and suggestions may be worse for it";
        var name = data.PreTokenizer ?? PreTokenizerInference.Infer(data.Tokens);
        if (name is null)
        {
            warn?.Invoke($"{data.Source}: the metadata 'tokenizer.ggml.pre' is missing and the vocabulary is of no known family; {Consequence}.");
            return Default;
        }
        if (Find(name) is { } known) return known;
        warn?.Invoke($"{data.Source}: the pre-tokenizer '{name}' ('tokenizer.ggml.pre') is unknown; {Consequence}.");
        return Default;
    }

    public void Split(ReadOnlySpan<char> text, PieceList pieces)
    {
        pieces.Reset(text.Length);
        foreach (var pattern in Patterns) pattern.Split(text, pieces);
    }
}
