using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Inline.Memory;

/// <summary>What was typed between two states of a document.</summary>
static class TypedText
{
    /// <summary>Whether a state has come of another one by nothing but text that was inserted at the cursor; the cursor then stands behind it.</summary>
    /// <param name="typed">That text; empty where the states are the same.</param>
    public static bool Since(TextSnapshot before, int cursorBefore, TextSnapshot now, int cursor, out ReadOnlySpan<char> typed)
    {
        typed = default;
        if (before.Uri != now.Uri || cursor < cursorBefore || now.Length - before.Length != cursor - cursorBefore) return false;
        // Two snapshots share all text but that of the change: it is compared in no time.
        if (!before.BeginsAs(now, cursorBefore) || !before.EndsAs(now, before.Length - cursorBefore)) return false;
        typed = now.Slice(cursorBefore, cursor);
        return true;
    }
}
