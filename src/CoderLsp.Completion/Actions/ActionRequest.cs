using CoderLsp.Completion.Documents;
using Microsoft.Extensions.AI;

namespace CoderLsp.Completion.Actions;

/// <summary>An action on a part of a document.</summary>
/// <param name="Range">What is selected, with something on it. An edit is made to the whole lines that it touches.</param>
public sealed record ActionRequest(ActionDefinition Action, TextSnapshot Snapshot, TextRange Range)
{
    /// <summary>What to do in place of the action's own instruction.</summary>
    public string? Instruction { get; init; }

    /// <summary>What is known to be wrong; those far from the selection are left out.</summary>
    public IReadOnlyList<CodeDiagnostic> Diagnostics { get; init; } = [];

    /// <summary>Other files that help to understand this one, the most useful first.</summary>
    public IReadOnlyList<RelatedFile> RelatedFiles { get; init; } = [];
}

/// <summary>A file, or a definition in one.</summary>
/// <param name="Path">As the model shall see it: relative to the project, with <c>/</c>.</param>
public sealed record RelatedFile(string Path, string Text)
{
    /// <summary>The lines of a definition, counted from 1; null for a file.</summary>
    public (int First, int Last)? Lines { get; init; }

    /// <summary>Why it was chosen, for people.</summary>
    public string? Reason { get; init; }
}

/// <summary>What the user has set for actions.</summary>
public sealed record ActionOptions
{
    /// <summary>Longest answer in tokens (<c>chat.maxTokens</c>). At most half of the model's context.</summary>
    public int MaxTokens { get; init; } = 1024;

    /// <summary><c>chat.temperature</c>.</summary>
    public float Temperature { get; init; } = 0.2f;

    /// <summary><c>chat.systemPrompt</c>; null for that of the model's family, which the model's template has.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>
    /// Most tokens of everything around the selection: a processor reads some hundred tokens a second, and the user waits.
    /// </summary>
    public int MaxContextTokens { get; init; } = 3072;
}

/// <summary>A piece of a prompt, for people to look at.</summary>
/// <param name="Name"><c>system</c>, <c>definition</c>, <c>related</c>, <c>file</c>, <c>outline</c>, <c>selection</c>, <c>problems</c>, <c>instruction</c>.</param>
/// <param name="Path">The file that it is from; null for none.</param>
/// <param name="Tokens">How many, without those of the model's template.</param>
public sealed record InstructionPart(string Name, string? Path, int Tokens)
{
    /// <summary>1-based; null where all of the file, or of its rest, is meant.</summary>
    public int? FirstLine { get; init; }

    /// <summary>1-based.</summary>
    public int? LastLine { get; init; }

    /// <summary>Why a piece of another file was chosen, for people.</summary>
    public string? Reason { get; init; }
}

/// <summary>How an answer came about.</summary>
/// <param name="Parts">What the model was shown.</param>
/// <param name="Usage">What it cost; null where the model does not say.</param>
/// <param name="CutOff">Whether the answer ended at the limit of its length.</param>
public sealed record ActionDetails(IReadOnlyList<InstructionPart> Parts, UsageDetails? Usage, bool CutOff);

/// <summary>A change of a document.</summary>
/// <param name="Snapshot">The document that it is for.</param>
/// <param name="Range">The lines that the model was asked to replace.</param>
/// <param name="NewText">What they become.</param>
/// <param name="Edits">The same as the fewest lines that have to change: in order, not overlapping.</param>
public sealed record EditResult(TextSnapshot Snapshot, TextRange Range, string NewText, IReadOnlyList<LineEdit> Edits, ActionDetails Details)
{
    /// <summary>The document with the change.</summary>
    public TextSnapshot Changed => Snapshot.WithChange(Range, NewText, Snapshot.Version);
}

/// <summary>A document that an action made.</summary>
/// <param name="FileName">A name for it, without a folder: <c>FooTests.cs</c>.</param>
public sealed record NewDocument(string LanguageId, string FileName, string Text, ActionDetails Details);

/// <summary>The text in the place of <paramref name="Range"/>.</summary>
public readonly record struct LineEdit(TextRange Range, string NewText);
