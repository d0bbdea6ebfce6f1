using CoderLsp.Completion.Prompts;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Models;

/// <summary>How a model's prompts are made, from its file and the user's setting.</summary>
static class InfillFormats
{
    /// <param name="order">The setting, which wins; null: what the file says, else what its tokens suggest.</param>
    public static InfillFormat Of(Tokenizer tokenizer, GgufMetadata metadata, InfillOrder? order)
    {
        var special = tokenizer.Special;
        var family = InfillFamilies.Of(tokenizer);
        var format = new InfillFormat(InfillOrder.None, special.AddBos ? special.Bos : null, special.FimPrefix, special.FimSuffix,
            family is { Middle: null } ? null : special.FimMiddle) { PrefixInMiddle = family is { PrefixInMiddle: true } };
        if (!format.HasInfillTokens) return format;
        var trained = family is { SuffixFirst: true } || format.Middle is null ? InfillOrder.SuffixFirst : InfillOrder.PrefixFirst;
        var chosen = order ?? OrderInFile(metadata) ?? trained;
        // Without a token for the middle there is no way to write the suffix last.
        return format with { Order = chosen == InfillOrder.PrefixFirst && format.Middle is null ? trained : chosen };
    }

    /// <summary>The order as files and settings name it.</summary>
    public static string NameOf(InfillOrder order) => order switch
    {
        InfillOrder.PrefixFirst => "psm",
        InfillOrder.SuffixFirst => "spm",
        _ => "none",
    };

    static InfillOrder? OrderInFile(GgufMetadata metadata) => metadata.TryGetString("coderlsp.fim.order") switch
    {
        "psm" => InfillOrder.PrefixFirst,
        "spm" => InfillOrder.SuffixFirst,
        "none" => InfillOrder.None,
        _ => null,
    };
}
