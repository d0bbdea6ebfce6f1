namespace CoderLsp.Completion.Prompts;

/// <summary>What stands before a document's own text in a prompt.</summary>
/// <param name="Tokens">Pieces of other files, each headed by its path, and the document's own path behind them.</param>
/// <param name="Parts">For people: one for each piece, and one for the path.</param>
public sealed record ContextPart(IReadOnlyList<int> Tokens, IReadOnlyList<PromptPart> Parts)
{
    public static ContextPart None { get; } = new([], []);
}
