using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;

namespace CoderLsp.Completion.Actions.Selection;

/// <summary>
/// Reads the lines from <paramref name="from"/> to <paramref name="to"/> as blocks: a header, the lines below that are indented
/// deeper, and the lines with brackets that hold them together. Line numbers are -1 for none.
/// </summary>
sealed class BlockReader(TextSnapshot snapshot, int from, int to)
{
    /// <summary>The header of the innermost block that a line lies in, which may be the line itself.</summary>
    public int HeaderAt(int line)
    {
        var text = Line(line);
        if (text.IsWhiteSpace()) return HeaderAtGap(line);
        var code = line;
        while (code + 1 < to && HeaderWords.IsCommentOrAttribute(Line(code)) && !Line(code + 1).IsWhiteSpace()) code++;
        if (BlockOf(ToHeader(code)) is { } block && Columns(code) == Columns(block.First) && WithComment(block.First) <= line) return block.First;
        return ToHeader(Above(line, Columns(line) - 1));
    }

    /// <summary>The header of the block that another header lies in.</summary>
    public int HeaderAround(int header) => ToHeader(Above(header, Columns(header) - 1));

    /// <summary>A header with its body; null where nothing below it belongs to it, or where the block goes on beyond what is read.</summary>
    public SelectedLines? BlockOf(int header)
    {
        if (header < 0) return null;
        var columns = Columns(header);
        var last = header;
        var closed = false;
        var i = header + 1;
        for (; i < to; i++)
        {
            var line = Line(i);
            if (line.IsWhiteSpace()) continue;
            var goesOn = HeaderWords.ContinuesHeader(line);
            if (closed && !goesOn) break;
            var deeper = Indentation.Columns(line) - columns;
            if (deeper > 0 || deeper == 0 && goesOn) (last, closed) = (i, false);
            else if (deeper == 0 && Blocks.Closes(line)) (last, closed) = (i, !Blocks.Opens(line.ToString(), snapshot.LanguageId));
            else if (line[0] != '#') break; // preprocessor lines and comments stand at the left and end nothing
        }
        return last == header || i == to && to < snapshot.LineCount ? null : new(header, last);
    }

    /// <summary>Whether a line is followed by one that is indented deeper, or by a bracket.</summary>
    public bool IsHeader(int line)
    {
        var text = Line(line);
        if (text.IsWhiteSpace() || HeaderWords.IsCommentOrAttribute(text) || HeaderWords.ContinuesHeader(text) || Blocks.Closes(text)) return false;
        var next = Below(line, int.MaxValue);
        return next >= 0 && (Columns(next) > Indentation.Columns(text) || HeaderWords.ContinuesHeader(Line(next)));
    }

    /// <summary>Whether a header is that of a function or a type, and not of a statement or an expression.</summary>
    public bool Declares(int header)
    {
        var first = Line(header).Trim();
        if (HeaderWords.IsStatement(first) || IsNamespace(header)) return false;
        var (depth, end) = (0, header);
        for (; end < to; end++)
        {
            var line = Line(end).TrimEnd();
            depth += Brackets.Depth(line) - (line.EndsWith('{') ? 1 : 0);
            if (depth <= 0) break;
        }
        if (end == to) return false;
        var body = Below(end, Columns(header));
        while (body >= 0 && HeaderWords.ContinuesHeader(Line(body)) && Line(body).TrimStart()[0] != '{') body = Below(body, Columns(header));
        return HeaderWords.IsDeclaration(first, Line(end).Trim(), body >= 0 && Line(body).TrimStart()[0] == '{', snapshot.LanguageId);
    }

    public bool IsNamespace(int header) => Line(header).TrimStart().StartsWith("namespace ");

    /// <summary>The first line of the comment and the attributes directly above a line.</summary>
    public int WithComment(int line)
    {
        var columns = Columns(line);
        while (line > from && !Line(line - 1).IsWhiteSpace() && Columns(line - 1) >= columns)
        {
            var above = Line(line - 1).Trim();
            var first = line - 1;
            if (above[0] is ')' or ']') first = Above(first, columns); // an attribute of several lines
            else if (above.EndsWith("*/")) while (first > from && !Line(first).Contains("/*", StringComparison.Ordinal)) first--;
            if (first < 0 || !HeaderWords.IsCommentOrAttribute(Line(first))) break;
            line = first;
        }
        return line;
    }

    int HeaderAtGap(int line)
    {
        var (above, below) = (Above(line, int.MaxValue), Below(line, int.MaxValue));
        if (above < 0 || below < 0) return -1;
        // The first line of a block tells how deep the gap is, and where a bracket closes one, all that is deeper than the bracket.
        var deepest = Columns(below) > Columns(above) || !Blocks.Closes(Line(below)) ? Columns(below) - 1 : Columns(below);
        return ToHeader(Above(line, deepest));
    }

    /// <summary>From a line in the middle of a header, or one that begins with a bracket, to the line that the block begins with.</summary>
    int ToHeader(int line)
    {
        while (line >= 0 && (HeaderWords.ContinuesHeader(Line(line)) || Blocks.Closes(Line(line)))) line = Above(line, Columns(line));
        return line;
    }

    /// <summary>The nearest line above that is indented by at most so many columns.</summary>
    int Above(int line, int columns)
    {
        if (columns < 0) return -1;
        for (var i = line - 1; i >= from; i--)
            if (Line(i) is var text && !text.IsWhiteSpace() && text[0] != '#' && Indentation.Columns(text) <= columns) return i;
        return -1;
    }

    /// <summary>The nearest line below that is indented by at most so many columns.</summary>
    int Below(int line, int columns)
    {
        for (var i = line + 1; i < to; i++)
            if (Line(i) is var text && !text.IsWhiteSpace() && text[0] != '#' && Indentation.Columns(text) <= columns) return i;
        return -1;
    }

    int Columns(int line) => Indentation.Columns(Line(line));

    ReadOnlySpan<char> Line(int line) => snapshot.Line(line);
}
