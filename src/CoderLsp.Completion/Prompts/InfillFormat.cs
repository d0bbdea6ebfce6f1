namespace CoderLsp.Completion.Prompts;

/// <summary>The order in which a model wants the parts of a fill-in-the-middle prompt.</summary>
public enum InfillOrder
{
    /// <summary>Left to right, without the suffix: models that were not trained to fill in, and very small ones.</summary>
    None,

    /// <summary>Prefix, suffix, middle.</summary>
    PrefixFirst,

    /// <summary>Suffix, prefix, middle.</summary>
    SuffixFirst,
}

/// <summary>The special tokens around the parts of a prompt, by id as the model's file gives them.</summary>
/// <param name="Order">The order that the model is best at.</param>
/// <param name="Bos">Begins every prompt; null where the model wants none.</param>
/// <param name="Prefix">Stands before the prefix (<c>fim_begin</c>, <c>fim_prefix</c>).</param>
/// <param name="Suffix">Stands before the suffix (<c>fim_hole</c>, <c>fim_suffix</c>).</param>
/// <param name="Middle">Stands before the middle (<c>fim_end</c>, <c>fim_middle</c>); null for families without one.</param>
public sealed record InfillFormat(InfillOrder Order, int? Bos, int? Prefix = null, int? Suffix = null, int? Middle = null)
{
    /// <summary>How suffix first is written: <c>Prefix Suffix suffix Middle prefix</c>; else <c>Suffix suffix Prefix prefix Middle</c>.</summary>
    public bool PrefixInMiddle { get; init; }

    /// <summary>Whether the model has the tokens for a prompt with a suffix.</summary>
    public bool HasInfillTokens => Prefix is not null && Suffix is not null;
}
