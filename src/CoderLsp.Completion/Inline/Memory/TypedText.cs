using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Inline.Memory;

/// <summary>What was typed between two states of a document.</summary>
static class TypedText
{
    // So many brackets may be open at a time that the editor has closed by itself.
    const int MostClosers = 4;

    /// <summary>Whether a state has come of another one by nothing but text that was inserted at the cursor; the cursor then stands behind it.</summary>
    /// <param name="typed">That text; empty where the states are the same.</param>
    public static bool Since(TextSnapshot before, int cursorBefore, TextSnapshot now, int cursor, out ReadOnlySpan<char> typed) =>
        Since(before, cursorBefore, now, cursor, out typed, out var closers) && closers.IsEmpty;

    /// <param name="closers">What editors put behind the cursor while one types: the ends of brackets and quotes that were typed.</param>
    /// <inheritdoc cref="Since(TextSnapshot, int, TextSnapshot, int, out ReadOnlySpan{char})"/>
    public static bool Since(
        TextSnapshot before, int cursorBefore, TextSnapshot now, int cursor, out ReadOnlySpan<char> typed, out ReadOnlySpan<char> closers)
    {
        typed = closers = default;
        var behind = now.Length - cursor - (before.Length - cursorBefore);
        if (before.Uri != now.Uri || cursor < cursorBefore || behind is < 0 or > MostClosers) return false;
        // Two snapshots share all text but that of the change: it is compared in no time.
        if (!before.BeginsAs(now, cursorBefore) || !before.EndsAs(now, before.Length - cursorBefore)) return false;
        typed = now.Slice(cursorBefore, cursor);
        closers = now.Slice(cursor, cursor + behind);
        return closers.IsEmpty || Close(closers, typed);
    }

    static bool Close(ReadOnlySpan<char> closers, ReadOnlySpan<char> typed)
    {
        var open = new Stack<char>();
        foreach (var c in typed)
        {
            if (open.TryPeek(out var end) && end == c) open.Pop();
            else if (c is '(') open.Push(')');
            else if (c is '[') open.Push(']');
            else if (c is '{') open.Push('}');
            else if (c is '"' or '\'' or '`') open.Push(c);
        }
        foreach (var closer in closers)
            if (!open.TryPop(out var end) || end != closer) return false;
        return true;
    }
}
