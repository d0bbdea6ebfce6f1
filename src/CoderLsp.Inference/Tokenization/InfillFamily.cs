namespace CoderLsp.Inference.Tokenization;

/// <summary>How a family of models marks the parts of a fill-in-the-middle prompt: the texts of its tokens and their order.</summary>
/// <param name="Name">Short, for programs.</param>
/// <param name="Title">As people write it.</param>
/// <param name="Prefix">Stands before the prefix.</param>
/// <param name="Suffix">Stands before the suffix.</param>
/// <param name="Middle">Stands before the middle; null where prompts have none, and the middle simply follows the prefix.</param>
public sealed record InfillFamily(string Name, string Title, string Prefix, string Suffix, string? Middle)
{
    /// <summary>Whether the suffix goes first; else the prefix.</summary>
    public bool SuffixFirst { get; init; }

    /// <summary>
    /// How the family was trained where the suffix goes first: <c>PREFIX SUFFIX suffix MIDDLE prefix</c> (the prefix belongs to the middle);
    /// else <c>SUFFIX suffix PREFIX prefix MIDDLE</c>.
    /// </summary>
    public bool PrefixInMiddle { get; init; }

    /// <summary>Stands before the repository's name, ahead of the files of it.</summary>
    public string? Repository { get; init; }

    /// <summary>Stands before each file, in front of its path.</summary>
    public string? File { get; init; }

    /// <summary>Tokens that tell the family from a later one in the table with the same tokens for the parts.</summary>
    public IReadOnlyList<string> Markers { get; init; } = [];
}
