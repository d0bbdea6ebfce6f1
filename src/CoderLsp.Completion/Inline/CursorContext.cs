using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Inline;

/// <summary>What stands around a cursor, as the rules about stopping and cutting need it.</summary>
/// <param name="Left">The cursor's line up to the cursor.</param>
/// <param name="Right">The cursor's line from the cursor on.</param>
/// <param name="Above">The nearest line above that is not blank; empty for none.</param>
/// <param name="Below">The nearest line below that is not blank; empty for none.</param>
sealed record CursorContext(string Left, string Right, string Above, string Below)
{
    // Blank lines to skip in search of a line with something on it.
    const int Reach = 20;

    public static CursorContext Of(TextSnapshot snapshot, int cursor)
    {
        var line = snapshot.LineAt(cursor);
        return new(
            snapshot.Slice(snapshot.LineStart(line), cursor).ToString(),
            snapshot.Slice(cursor, snapshot.LineEnd(line)).ToString(),
            Nearest(snapshot, line, -1),
            Nearest(snapshot, line, +1));
    }

    /// <summary>Whether the cursor stands on an empty line below one that opens a block, and nothing is in the block yet.</summary>
    public bool InEmptyBlock(string languageId) =>
        OnEmptyLine && Blocks.Opens(Above, languageId) && Indentation.Columns(Below) <= Indentation.Columns(Above);

    /// <summary>Whether a word goes on through the cursor.</summary>
    public bool InWord => Left.Length > 0 && Right.Length > 0 && IsOfWord(Left[^1]) && IsOfWord(Right[0]);

    /// <summary>Whether the line cannot end at the cursor: a word, or what asks for one, stands there in a bracket that is still open.</summary>
    public bool IsUnfinished => Left.Length > 0 && (IsOfWord(Left[^1]) || Left[^1] == '.') && Brackets.Depth(Left) > 0;

    public bool HasTextToTheRight => !string.IsNullOrWhiteSpace(Right);

    public bool OnEmptyLine => string.IsNullOrWhiteSpace(Left) && !HasTextToTheRight;

    static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    static string Nearest(TextSnapshot snapshot, int line, int direction)
    {
        for (var i = 1; i <= Reach; i++)
        {
            var other = line + i * direction;
            if (other < 0 || other >= snapshot.LineCount) break;
            if (!snapshot.Line(other).IsWhiteSpace()) return snapshot.Line(other).ToString();
        }
        return "";
    }
}
