using System.Buffers;

namespace CoderLsp.Completion.Inline;

/// <summary>Cuts from a line's suggestion what stands to the right of the cursor already.</summary>
static class SuffixOverlap
{
    // Fewer characters may well be equal by chance, unless they are the whole rest of the line or only close something.
    const int FewestCharacters = 3;
    static readonly SearchValues<char> Closers = SearchValues.Create(")]};,\"'`");

    /// <param name="left">The line up to the cursor.</param>
    /// <param name="text">The suggestion, one line.</param>
    /// <param name="right">The line from the cursor on.</param>
    public static ReadOnlySpan<char> Cut(ReadOnlySpan<char> left, ReadOnlySpan<char> text, ReadOnlySpan<char> right)
    {
        var rest = right.Trim();
        if (rest.IsEmpty) return text;
        var (closed, next) = ClosedBy(left, text, rest);
        if (closed >= 0 && next) return text[..closed];

        var trimmed = text.TrimEnd();
        for (var length = Math.Min(rest.Length, trimmed.Length); length > 0; length--)
        {
            var overlap = rest[..length];
            if (!trimmed.EndsWith(overlap)) continue;
            if ((length == rest.Length || length >= FewestCharacters || OnlyCloses(overlap)) && Brackets.Depth(trimmed[..^length]) <= 0)
                return char.IsWhiteSpace(right[0]) ? trimmed[..^length].TrimEnd() : trimmed[..^length];
        }
        return closed >= 0 ? text[..closed].TrimEnd() : text;
    }

    /// <summary>
    /// Where the text closes what was opened before the cursor and is closed behind it already, -1 for nowhere; and whether that closing
    /// character is the next one behind the cursor.
    /// </summary>
    static (int At, bool Next) ClosedBy(ReadOnlySpan<char> left, ReadOnlySpan<char> text, ReadOnlySpan<char> rest)
    {
        if (rest[0] is '"' or '\'' or '`') return (left.Count(rest[0]) % 2 == 1 ? text.IndexOf(rest[0]) : -1, true);
        var (there, here) = (Brackets.Unmatched(rest), Brackets.Unmatched(text));
        return there >= 0 && here >= 0 && rest[there] == text[here] ? (here, there == 0) : (-1, false);
    }

    static bool OnlyCloses(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(Closers) < 0;
}
