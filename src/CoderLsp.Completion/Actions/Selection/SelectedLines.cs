using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Actions.Selection;

/// <summary>Whole lines of a document, with something on the first and on the last of them.</summary>
/// <param name="First">0-based.</param>
/// <param name="Last">At least <paramref name="First"/>.</param>
readonly record struct SelectedLines(int First, int Last)
{
    /// <summary>The lines that a range touches, without blank ones at its ends; null where it is blank or outside of the document.</summary>
    public static SelectedLines? Of(TextSnapshot snapshot, TextRange range) =>
        Trim(snapshot, range) is var (start, end) ? new(snapshot.LineAt(start), snapshot.LineAt(end - 1)) : null;

    /// <summary>
    /// A range without white space at its ends, except for the indentation of the first line where nothing else stands before it;
    /// null where it is blank or outside of the document.
    /// </summary>
    public static TextRange? Exactly(TextSnapshot snapshot, TextRange range)
    {
        if (Trim(snapshot, range) is not var (start, end)) return null;
        var line = snapshot.LineStart(snapshot.LineAt(start));
        return new(snapshot.PositionOf(snapshot.Slice(line, start).IsWhiteSpace() ? line : start), snapshot.PositionOf(end));
    }

    static (int Start, int End)? Trim(TextSnapshot snapshot, TextRange range)
    {
        if (!snapshot.TryOffsetOf(range.Start, out var start) || !snapshot.TryOffsetOf(range.End, out var end) || end < start) return null;
        while (start < end && char.IsWhiteSpace(snapshot[start])) start++;
        while (start < end && char.IsWhiteSpace(snapshot[end - 1])) end--;
        return start == end ? null : (start, end);
    }

    /// <summary>From the first line's beginning to the last one's end, without its line break.</summary>
    public TextRange RangeIn(TextSnapshot snapshot) =>
        new(new(First, 0), new(Last, snapshot.LineEnd(Last) - snapshot.LineStart(Last)));

    public bool Touches(SelectedLines other) => First <= other.Last && other.First <= Last;

    public SelectedLines With(SelectedLines other) => new(Math.Min(First, other.First), Math.Max(Last, other.Last));
}
