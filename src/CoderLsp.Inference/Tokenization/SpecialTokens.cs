using CoderLsp.Inference.Gguf;

namespace CoderLsp.Inference.Tokenization;

/// <summary>The ids of a vocabulary's special tokens: as the file's metadata says, else found by their texts.</summary>
public sealed class SpecialTokens
{
    readonly HashSet<int> _ends = [];

    /// <param name="addBos">Whether the tokenizer's kind begins prompts with BOS where the file is silent.</param>
    internal SpecialTokens(Vocabulary vocabulary, VocabularyData data, bool addBos, Action<string>? warn)
    {
        int? Resolve(string[] texts, params string[] keys)
        {
            foreach (var key in keys)
                if (Given(key) is { } id) return id;
            foreach (var text in texts)
                if (Find(text) is { } id) return id;
            return null;
        }

        // A token that text can become is no special token, however it looks.
        int? Find(string text) => vocabulary.Find(text) is { } id && vocabulary.IsSpecial(id) ? id : null;

        int? Given(string key)
        {
            if (!data.SpecialIds.TryGetValue(key, out var id)) return null;
            if (id >= 0 && id < vocabulary.Count) return (int)id;
            var problem = $"{data.Source}: the metadata 'tokenizer.ggml.{key}' is {id}, but the vocabulary has {vocabulary.Count} tokens";
            // Published files are wrong about tokens that no prompt needs.
            if (key is not ("padding_token_id" or "unknown_token_id" or "fim_pad_token_id")) throw new GgufException($"{problem}.");
            warn?.Invoke($"{problem}; it is ignored.");
            return null;
        }

        Bos = Resolve(SpecialTexts.Bos, "bos_token_id");
        Eos = Resolve(SpecialTexts.Eos, "eos_token_id");
        Eot = Resolve(SpecialTexts.Eot, "eot_token_id");
        Unknown = Resolve(SpecialTexts.Unknown, "unknown_token_id");
        Pad = Resolve([], "padding_token_id");
        FimPrefix = Resolve(SpecialTexts.FimPrefix, "fim_pre_token_id", "prefix_token_id");
        FimSuffix = Resolve(SpecialTexts.FimSuffix, "fim_suf_token_id", "suffix_token_id");
        FimMiddle = Resolve(SpecialTexts.FimMiddle, "fim_mid_token_id", "middle_token_id");
        FimPad = Resolve(SpecialTexts.FimPad, "fim_pad_token_id");
        FimRepository = Resolve(SpecialTexts.FimRepository, "fim_rep_token_id");
        FimSeparator = Resolve(SpecialTexts.FimSeparator, "fim_sep_token_id");
        AddBos = Bos is not null && (data.AddBos ?? addBos);

        // A model that writes the marker of another file or repository has finished this one.
        foreach (var id in new[] { Eos, Eot, Resolve([], "eom_token_id"), FimPad, FimRepository, FimSeparator })
            if (id is { } end) _ends.Add(end);
        foreach (var text in SpecialTexts.EndOfGeneration)
            if (Find(text) is { } end) _ends.Add(end);
        RemoveEndsThatAreNone(vocabulary);
    }

    /// <summary>Begins a text.</summary>
    public int? Bos { get; }

    /// <summary>Ends a text.</summary>
    public int? Eos { get; }

    /// <summary>Ends a reply; in some families the same as <see cref="Eos"/>.</summary>
    public int? Eot { get; }

    public int? Unknown { get; }
    public int? Pad { get; }

    /// <summary>Stands before the prefix.</summary>
    public int? FimPrefix { get; }

    /// <summary>Stands before the suffix (DeepSeek's hole).</summary>
    public int? FimSuffix { get; }

    /// <summary>Stands before the middle (DeepSeek's end).</summary>
    public int? FimMiddle { get; }

    public int? FimPad { get; }

    /// <summary>Stands before the repository's name.</summary>
    public int? FimRepository { get; }

    /// <summary>Stands before each file's path.</summary>
    public int? FimSeparator { get; }

    /// <summary>Whether a prompt begins with <see cref="Bos"/>, which then exists.</summary>
    public bool AddBos { get; }

    /// <summary>Whether generation is over when the model writes this token.</summary>
    public bool IsEndOfGeneration(int id) => _ends.Contains(id);

    // Two families use a text of the table for something else: in Harmony's messages (with return and call) <|end|> only ends a part, and
    // Gemma 4 (with tool_response) has </s> as an HTML tag.
    void RemoveEndsThatAreNone(Vocabulary vocabulary)
    {
        bool Has(string text) => vocabulary.Find(text) is not null;
        if (Has("<|return|>") && Has("<|call|>") || Has("<|calls|>") && Has("<|flush|>")) Remove("<|end|>");
        if (Has("<|tool_response>")) Remove("</s>");

        void Remove(string text)
        {
            if (vocabulary.Find(text) is { } id && id != Eos) _ends.Remove(id);
        }
    }
}
