namespace CoderLsp.Completion.Prompts;

/// <summary>A piece of a prompt, for people to look at.</summary>
/// <param name="Name">
/// <c>begin</c>, <c>similar</c> (code of another place), <c>path</c> (of the document), <c>prefix</c>, <c>suffix</c>, <c>typed</c>; the
/// special tokens before a part count to it.
/// </param>
/// <param name="Tokens">How many.</param>
public sealed record PromptPart(string Name, int Tokens)
{
    /// <summary>Where it comes from; null for the document itself.</summary>
    public PromptSource? Source { get; init; }
}

/// <summary>Why a piece of another place stands in a prompt.</summary>
/// <param name="Path">Within the workspace, with <c>/</c>.</param>
/// <param name="FirstLine">1-based.</param>
/// <param name="LastLine">1-based.</param>
/// <param name="Reason">For people.</param>
public sealed record PromptSource(string Path, int FirstLine, int LastLine, string Reason);

/// <summary>What the model is asked to continue.</summary>
/// <param name="Tokens">The prompt.</param>
/// <param name="Healed">The text before the cursor that was left out of the tokens: the answer must begin with it.</param>
/// <param name="Parts">The prompt's pieces from its beginning to its end; their counts add up to all tokens.</param>
/// <param name="Anchor">
/// Offset in the document that parts the prefix from the typed text. The one asked for, or a later one where the typed text was too long.
/// </param>
public sealed record Prompt(IReadOnlyList<int> Tokens, string Healed, IReadOnlyList<PromptPart> Parts, int Anchor);
