using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Inline;

/// <summary>Whether the user asked for a suggestion or the editor did while typing.</summary>
public enum InlineTrigger
{
    Automatic,
    Invoked,
}

/// <summary>Whether a suggestion may have several lines.</summary>
public enum Multiline
{
    /// <summary>At the start of an empty block, and behind a suggestion of several lines that was just taken.</summary>
    Auto,

    /// <summary>Wherever nothing stands to the right of the cursor.</summary>
    Always,
    Never,
}

/// <param name="MaxTokens">Longest suggestion.</param>
/// <param name="MinConfidence">
/// exp(mean token log-probability), 0 to 1, below which an automatic suggestion is not shown; null: <see cref="ShowGate"/> decides.
/// </param>
/// <param name="ContextTokens">Largest prompt and answer together, where that shall be less than the model's window.</param>
/// <param name="Candidates">Most suggestions for one invoked request.</param>
public sealed record InlineOptions(
    int MaxTokens = 64, Multiline Multiline = Multiline.Auto, double? MinConfidence = null, int? ContextTokens = null, int Candidates = 1);

/// <summary>The item that is selected in the editor's popup: the suggestion goes on from it.</summary>
/// <param name="Range">What the item replaces, on the cursor's line.</param>
public sealed record SelectedItem(TextRange Range, string Text);

/// <param name="Position">The cursor; must exist in <paramref name="Snapshot"/>.</param>
/// <param name="Selected">Null when no popup is open.</param>
/// <param name="Indentation">As the editor indents this document; null: as the document's lines are indented.</param>
/// <param name="Habits">What the user does with suggestions; null where nothing is known.</param>
/// <param name="Ahead">Whether nobody waits for it yet.</param>
/// <param name="AfterLines">Whether the user has just taken a suggestion of several lines, which ends here.</param>
/// <param name="Project">What else there is than the document; null for nothing.</param>
public sealed record InlineRequest(
    TextSnapshot Snapshot, TextPosition Position, InlineTrigger Trigger, InlineOptions Options, SelectedItem? Selected = null,
    Indentation? Indentation = null, AcceptHabits? Habits = null, bool Ahead = false, bool AfterLines = false, ProjectContext? Project = null)
{
    /// <summary>The document and cursor to go on from: as if the selected popup item had been accepted.</summary>
    internal (TextSnapshot Snapshot, int Cursor) Target()
    {
        var cursor = Snapshot.OffsetOf(Position);
        if (Selected is not { } selected) return (Snapshot, cursor);
        var start = Snapshot.OffsetOf(selected.Range.Start);
        return (Snapshot.WithChange(selected.Range, selected.Text, Snapshot.Version), start + selected.Text.Length);
    }
}
