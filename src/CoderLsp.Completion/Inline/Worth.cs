namespace CoderLsp.Completion.Inline;

/// <summary>What is not worth showing.</summary>
static class Worth
{
    /// <param name="text">The suggestion, line ends LF.</param>
    public static bool Showing(ReadOnlySpan<char> text, CursorContext cursor) =>
        !text.IsWhiteSpace() && !RepeatsLineAbove(text, cursor) && !LeavesOpen(text, cursor);

    static bool RepeatsLineAbove(ReadOnlySpan<char> text, CursorContext cursor) =>
        cursor.Above.Length > 0
        && string.Concat(cursor.Left, text).AsSpan().TrimEnd().SequenceEqual(cursor.Above.AsSpan().TrimEnd());

    /// <summary>Whether, with text to the right of the cursor, the line would have a bracket open that nothing closes.</summary>
    static bool LeavesOpen(ReadOnlySpan<char> text, CursorContext cursor) =>
        cursor.HasTextToTheRight && Brackets.Depth(text) is var depth and > 0
        && Brackets.Depth(cursor.Left) + depth + Brackets.Depth(cursor.Right) > 0;
}
