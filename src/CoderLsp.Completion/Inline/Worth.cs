namespace CoderLsp.Completion.Inline;

/// <summary>What is not worth showing.</summary>
static class Worth
{
    // A piece that comes three times must be at least this long: "0, 0, 0" and "}}}" are code.
    const int ShortestPiece = 4;

    /// <param name="text">The suggestion, line ends LF.</param>
    public static bool Showing(ReadOnlySpan<char> text, CursorContext cursor) =>
        !text.IsWhiteSpace() && !RepeatsLineAbove(text, cursor) && !RepeatsItself(text);

    static bool RepeatsLineAbove(ReadOnlySpan<char> text, CursorContext cursor) =>
        cursor.Above.Length > 0
        && string.Concat(cursor.Left, text).AsSpan().TrimEnd().SequenceEqual(cursor.Above.AsSpan().TrimEnd());

    /// <summary>Whether the text ends with the same piece three times over: a model that has run into a circle.</summary>
    static bool RepeatsItself(ReadOnlySpan<char> text)
    {
        text = $" {text.TrimEnd()}"; // the blank before the first piece may stand left of the cursor
        for (var length = ShortestPiece; length * 3 <= text.Length; length++)
        {
            var piece = text[^length..];
            if (piece.SequenceEqual(text[^(2 * length)..^length]) && piece.SequenceEqual(text[^(3 * length)..^(2 * length)])
                && piece.ContainsAnyExcept(piece[0], ' ')) return true;
        }
        return false;
    }
}
