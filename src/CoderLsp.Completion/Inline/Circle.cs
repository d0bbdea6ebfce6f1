using System.Buffers;

namespace CoderLsp.Completion.Inline;

/// <summary>A model that has run into a circle says the same thing again and again; small ones do so often.</summary>
static class Circle
{
    // A piece that comes three times must be at least this long: "0, 0, 0" and "}}}" are code.
    const int ShortestPiece = 4;

    // Runs of one character that code has: 0x0000000000000000, )))))), and for what opens or asks no more than a few.
    const int LongestRun = 16, LongestRunOfClosers = 8, LongestRunOfOthers = 4;

    static readonly SearchValues<char> Closers = SearchValues.Create(")]}>");

    // They draw lines across comments; a line that never ends is cut by the token limit and dropped there.
    static readonly SearchValues<char> Rulers = SearchValues.Create("-=*#_/~.+ \t\n│─━═");

    /// <summary>Where the first copy of what is repeated ends, if the text ends in a circle; else null.</summary>
    public static int? Find(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return null;
        var run = text.Length - 1 - text.LastIndexOfAnyExcept(text[^1]);
        if (run > LongestRunOf(text[^1])) return text.Length - run;

        for (var length = ShortestPiece; length * 3 <= text.Length + 1; length++)
        {
            var piece = text[^length..];
            if (!piece.SequenceEqual(text[^(2 * length)..^length]) || !piece.ContainsAnyExcept(piece[0], ' ')) continue;
            // The blank before the first piece may stand to the left of the cursor.
            var earlier = Math.Min(length, text.Length - 2 * length);
            if (earlier >= length - 1 && piece[^earlier..].SequenceEqual(text.Slice(text.Length - 2 * length - earlier, earlier))
                && (earlier == length || char.IsWhiteSpace(piece[0])))
                return text.Length - 2 * length;
        }

        return null;
    }

    /// <summary>Whether the text ends with a run of one character, of any kind, that the token limit cut.</summary>
    public static bool EndsInRun(ReadOnlySpan<char> text) =>
        !text.IsEmpty && text.Length - 1 - text.LastIndexOfAnyExcept(text[^1]) >= LongestRunOfClosers;

    static int LongestRunOf(char c) =>
        Rulers.Contains(c) ? int.MaxValue : char.IsLetterOrDigit(c) ? LongestRun : Closers.Contains(c) ? LongestRunOfClosers : LongestRunOfOthers;
}
