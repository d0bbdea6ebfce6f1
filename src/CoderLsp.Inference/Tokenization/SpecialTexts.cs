namespace CoderLsp.Inference.Tokenization;

/// <summary>
/// How model families write their special tokens. Files of the families do not agree on the types of these tokens and often leave
/// their ids out of the metadata, so the texts decide. Within a role the earlier text wins.
/// </summary>
static class SpecialTexts
{
    public static readonly string[] Bos = ["<｜begin▁of▁sentence｜>", "<|begin_of_text|>", "<s>", "<bos>"];
    public static readonly string[] Eos = ["<｜end▁of▁sentence｜>", "<|end_of_text|>", "<|endoftext|>", "</s>", "<eos>"];
    public static readonly string[] Unknown = ["<unk>"];

    /// <summary>Ends a reply or a middle, where that is not the end of the text.</summary>
    public static readonly string[] Eot =
    [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|EOT|>", "<EOT>", "▁<EOT>", "_<EOT>", "[EOT]",
        "<end_of_utterance>", "<|endoftext|>", "<|end_of_text|>", "<｜end▁of▁sentence｜>",
    ];

    public static readonly string[] FimPrefix = InfillFamilies.Texts(family => family.Prefix);
    public static readonly string[] FimSuffix = InfillFamilies.Texts(family => family.Suffix);

    /// <summary>Codestral's is in no prompt, but is no text either.</summary>
    public static readonly string[] FimMiddle = [.. InfillFamilies.Texts(family => family.Middle), "[MIDDLE]"];

    public static readonly string[] FimPad = ["<|fim_pad|>", "<fim_pad>", "<fim-pad>", "<PAD>"];
    public static readonly string[] FimRepository = ["<|fim_repo|>", "<fim-repo>", "<REPO>", .. InfillFamilies.Texts(family => family.Repository)];
    public static readonly string[] FimSeparator = InfillFamilies.Texts(family => family.File);

    /// <summary>Stand before and behind the roles of a conversation.</summary>
    public static readonly string[] Roles =
        ["<|im_start|>", "<|start_header_id|>", "<|end_header_id|>", "<|start_of_role|>", "<|end_of_role|>", "<start_of_turn>", "<｜User｜>", "<｜Assistant｜>"];

    /// <summary>Whatever else ends the generation, after llama.cpp's table.</summary>
    public static readonly string[] EndOfGeneration =
    [
        .. Eot, .. Eos, "<|eom_id|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "[EOS]", "<turn|>", "<|tool_response>", "[e~[",
    ];

    static readonly string[] All =
    [
        .. Bos, .. Unknown, .. FimPrefix, .. FimSuffix, .. FimMiddle, .. FimPad, .. FimRepository, .. FimSeparator, .. Roles, .. EndOfGeneration,
    ];

    /// <summary>For each token whether it is special (<see cref="Vocabulary.IsSpecial"/>).</summary>
    public static bool[] FindSpecial(Vocabulary vocabulary, VocabularyData data)
    {
        var special = new bool[vocabulary.Count];
        for (var id = 0; id < special.Length; id++)
        {
            special[id] = vocabulary.Type(id) switch
            {
                TokenType.Control or TokenType.Unknown or TokenType.Unused => true,
                TokenType.UserDefined => LooksLikeMarker(vocabulary.TextBytes(id)),
                _ => false,
            };
        }
        foreach (var text in All)
            if (vocabulary.Find(text) is { } id && !IsOrdinary(id)) special[id] = true;
        foreach (var id in data.SpecialIds.Values)
            // A broken file may name a word; the word must stay writable.
            if (id >= 0 && id < special.Length && !IsOrdinary((int)id)) special[id] = true;
        return special;

        // Old files call their special tokens normal. But what a merge makes was learnt from text: in Qwen's vocabulary </s> is HTML.
        bool IsOrdinary(int id) => vocabulary.Type(id) == TokenType.Normal && IsMerged(data.Merges, vocabulary.TextBytes(id));
    }

    static bool IsMerged(ByteStrings? merges, ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < (merges?.Count ?? 0); i++)
        {
            var merge = merges![i];
            if (merge.Length != text.Length + 1 || !text.StartsWith(merge[..1])) continue;
            var space = merge.IndexOf((byte)' ');
            if (space > 0 && text.StartsWith(merge[..space]) && text.EndsWith(merge[(space + 1)..])) return true;
        }
        return false;
    }

    // DeepSeek's files give User, Assistant and EOT the type of plain added words, and so do converters for the rows by which a matrix is
    // longer than its vocabulary, [PAD32022].
    static bool LooksLikeMarker(ReadOnlySpan<byte> text) =>
        text.StartsWith("<|"u8) && text.EndsWith("|>"u8)
        || text.StartsWith("<｜"u8) && text.EndsWith("｜>"u8)
        || text.StartsWith("[PAD"u8) && text.EndsWith("]"u8)
        || text.SequenceEqual("<pad>"u8);
}
