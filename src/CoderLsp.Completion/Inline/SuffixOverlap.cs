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
        var closed = ClosedBy(left, text, rest[0]);
        if (closed >= 0) return text[..closed];

        var trimmed = text.TrimEnd();
        for (var length = Math.Min(rest.Length, trimmed.Length); length > 0; length--)
        {
            var overlap = rest[..length];
            if (!trimmed.EndsWith(overlap)) continue;
            if ((length == rest.Length || length >= FewestCharacters || OnlyCloses(overlap)) && !LeavesOpen(trimmed[..^length]))
                return char.IsWhiteSpace(right[0]) ? trimmed[..^length].TrimEnd() : trimmed[..^length];
        }
        return text;
    }

    /// <summary>Where the text closes what was opened before the cursor, with the character that follows the cursor; -1 for nowhere.</summary>
    static int ClosedBy(ReadOnlySpan<char> left, ReadOnlySpan<char> text, char next)
    {
        if (next is '"' or '\'' or '`') return left.Count(next) % 2 == 1 ? text.IndexOf(next) : -1;
        if (next is not (')' or ']' or '}')) return -1;
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '(' or '[' or '{') depth++;
            else if (text[i] is ')' or ']' or '}' && --depth < 0) return text[i] == next ? i : -1;
        }
        return -1;
    }

    static bool OnlyCloses(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(Closers) < 0;

    static bool LeavesOpen(ReadOnlySpan<char> text)
    {
        var depth = 0;
        foreach (var c in text)
        {
            if (c is '(' or '[' or '{') depth++;
            else if (c is ')' or ']' or '}') depth--;
        }
        return depth > 0;
    }
}
