using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion.Inline;

/// <summary>Why a suggestion ends where it ends.</summary>
public enum InlineStop
{
    /// <summary>The model said that the middle is complete.</summary>
    EndOfText,

    /// <summary>A single line was wanted.</summary>
    EndOfLine,

    /// <summary>The indentation left the block.</summary>
    EndOfBlock,

    /// <summary>What follows stands behind the cursor already.</summary>
    Suffix,

    /// <summary>Two blank lines.</summary>
    BlankLines,

    /// <summary>The model began to repeat itself.</summary>
    Repetition,

    TokenLimit,
}

/// <param name="Text">What to insert, with the document's line ends.</param>
/// <param name="Range">What it replaces: nothing at the cursor, or the range of the selected popup item.</param>
/// <param name="Confidence">exp(mean token log-probability), 0 to 1.</param>
public sealed record InlineSuggestion(
    string Text, TextRange Range, InlineStop Stop, double Confidence, InfillUsage Usage, string Model)
{
    /// <summary>What it was made of.</summary>
    public SuggestionOrigin? Origin { get; init; }

    /// <summary>The same text from the cursor on, as what a request wants to have replaced.</summary>
    internal InlineSuggestion ReplacingFor(InlineRequest request) => request.Selected is { } selected
        ? this with { Text = selected.Text + Text, Range = selected.Range }
        : this with { Range = TextRange.At(request.Position) };
}
