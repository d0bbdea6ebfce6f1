using CoderLsp.Inference.Gguf;

namespace CoderLsp.Inference.Tokenization;

/// <summary>Reads the vocabulary out of a model file's metadata.</summary>
static class VocabularyReader
{
    const string Prefix = "tokenizer.ggml.";

    // Far above any real vocabulary, and their product is below 2^31, so that all offsets into the copy are integers.
    const int MostStrings = 1 << 21, MostBytes = (1 << 10) - 1;

    // Published vocabularies have at most 2.2: a token may be made in several ways.
    const int MostMergesPerToken = 16;

    static readonly string[] SpecialKeys =
    [
        "bos_token_id", "eos_token_id", "eot_token_id", "eom_token_id", "unknown_token_id", "padding_token_id",
        "fim_pre_token_id", "fim_suf_token_id", "fim_mid_token_id", "fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id",
        "prefix_token_id", "suffix_token_id", "middle_token_id", // as older files have them
    ];

    public static VocabularyData Read(GgufFile file)
    {
        var metadata = file.Metadata;
        CheckCounts(file, metadata.GetStrings(Prefix + "tokens").Count);
        return new()
        {
            Source = file.Path,
            Model = metadata.GetString(Prefix + "model"),
            PreTokenizer = metadata.TryGetString(Prefix + "pre"),
            Tokens = Copy(file, Prefix + "tokens", metadata.GetStrings(Prefix + "tokens")),
            Types = metadata.TryGetInt32s(Prefix + "token_type"),
            Scores = metadata.TryGetFloats(Prefix + "scores"),
            Merges = metadata.TryGetStrings(Prefix + "merges") is { } merges ? Copy(file, Prefix + "merges", merges) : null,
            SpecialIds = SpecialKeys.Where(k => metadata.Find(Prefix + k) is not null).ToDictionary(k => k, k => metadata.TryGetInt64(Prefix + k)!.Value),
            AddBos = metadata.TryGetBool(Prefix + "add_bos_token"),
            AddSpacePrefix = metadata.TryGetBool(Prefix + "add_space_prefix"),
        };
    }

    // Before anything is made of them: an array of bytes would become one of integers, four times as large as in the file.
    static void CheckCounts(GgufFile file, int tokens)
    {
        Check("token_type", count => count == tokens);
        Check("scores", count => count == tokens);
        Check("merges", count => count <= MostMergesPerToken * (long)tokens);

        void Check(string key, Func<int, bool> fits)
        {
            if (file.Metadata.Find(Prefix + key) is { ElementType: not null, Count: var count } && !fits(count))
                throw new GgufException($"{file.Path}: the vocabulary has {tokens} tokens, but '{Prefix}{key}' has {count} elements.");
        }
    }

    static ByteStrings Copy(GgufFile file, string key, GgufStrings strings)
    {
        if (strings.Count > MostStrings) throw new GgufException($"{file.Path}: '{key}' has {strings.Count} strings; {MostStrings} are the most.");
        var builder = new ByteStrings.Builder(strings.Count);
        for (var i = 0; i < strings.Count; i++)
        {
            var text = strings.Bytes(i);
            if (text.Length > MostBytes) throw new GgufException($"{file.Path}: string {i} of '{key}' is {text.Length} bytes long; {MostBytes} are the most.");
            builder.Add(text);
        }
        return builder.Build();
    }
}
