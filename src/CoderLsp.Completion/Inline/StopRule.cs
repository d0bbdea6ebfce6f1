namespace CoderLsp.Completion.Inline;

/// <summary>Where a suggestion ends.</summary>
/// <param name="Length">Characters that are kept.</param>
readonly record struct StopPoint(int Length, InlineStop Reason);

/// <summary>Finds where a growing text leaves what was wanted of it. Line ends are LF.</summary>
sealed class StopRule(CursorContext cursor, bool multiline, string languageId)
{
    // Below this many columns a line is outside of the block that the cursor stands in.
    readonly int _innermost = cursor.InEmptyBlock(languageId)
        ? Indentation.Columns(cursor.Above) + 1
        : Indentation.Columns(cursor.Left.Length > 0 ? cursor.Left : cursor.Above);

    /// <summary>Null while the text may go on.</summary>
    /// <param name="complete">Whether the last line has come to its end.</param>
    public StopPoint? Find(ReadOnlySpan<char> text, bool complete)
    {
        if (Circle.Find(text) is { } once) return new(WholeLines(text, once), InlineStop.Repetition);

        var (start, content, blanks) = (0, 0, 0);
        while (true)
        {
            var length = text[start..].IndexOf('\n');
            var whole = length >= 0 || complete;
            var line = length < 0 ? text[start..] : text.Slice(start, length);
            var first = start == 0;

            if (whole && (first ? FirstLineRepeatsBelow(line) : RepeatsBelow(line))) return new(content, InlineStop.Suffix);
            if (first && !multiline) return length < 0 ? null : new(length, InlineStop.EndOfLine);
            if (!first && !line.IsWhiteSpace() && Indentation.Columns(line) < _innermost)
            {
                if (!whole && IsWord(line)) return null; // "en" may become "end"
                if (!ClosesOwnBlock(line)) return new(content, InlineStop.EndOfBlock);
                return whole ? new(start + line.Length, InlineStop.EndOfBlock) : null;
            }
            if (!line.IsWhiteSpace()) (content, blanks) = (start + line.TrimEnd().Length, 0);
            else if (whole && !first && ++blanks == 2) return new(content, InlineStop.BlankLines);

            if (length < 0) return null;
            start += length + 1;
        }
    }

    /// <summary>Length of the whole lines that end with the first copy of what is repeated; a line that goes round in itself is not worth keeping.</summary>
    static int WholeLines(ReadOnlySpan<char> text, int once)
    {
        var before = text[..once].LastIndexOf('\n');
        if (before >= 0 && text[(before + 1)..once].IsWhiteSpace()) return before;
        var after = text[once..].IndexOf('\n'); // the copy may begin and end within a line
        return after >= 0 && once > 0 ? once + after : Math.Max(0, before);
    }

    static bool IsWord(ReadOnlySpan<char> line)
    {
        foreach (var c in line.Trim())
            if (!char.IsAsciiLetter(c)) return false;
        return true;
    }

    // A line that the user began himself may well be like the next one.
    bool FirstLineRepeatsBelow(ReadOnlySpan<char> line) =>
        string.IsNullOrWhiteSpace(cursor.Left) && RepeatsBelow(string.Concat(cursor.Left, line));

    bool RepeatsBelow(ReadOnlySpan<char> line) => cursor.Below.Length > 0 && line.TrimEnd().SequenceEqual(cursor.Below.AsSpan().TrimEnd());

    // The bracket that ends the block belongs to it, unless the document has it already.
    bool ClosesOwnBlock(ReadOnlySpan<char> line) =>
        cursor.InEmptyBlock(languageId) && Blocks.Closes(line) && Indentation.Columns(line) == _innermost - 1
        && !(Blocks.Closes(cursor.Below) && Indentation.Columns(cursor.Below) == _innermost - 1);
}
