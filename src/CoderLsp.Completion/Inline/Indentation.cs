using System.Text;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Inline;

/// <summary>How a document indents.</summary>
/// <param name="Tabs">With tabs; else with spaces.</param>
/// <param name="Width">Columns of one level, and of a tab.</param>
public readonly record struct Indentation(bool Tabs, int Width)
{
    const int TabColumns = 4;
    const int Reach = 200; // lines to look at above the cursor and below it

    /// <summary>Columns of white space at a line's beginning, a tab being 4.</summary>
    internal static int Columns(ReadOnlySpan<char> line)
    {
        var columns = 0;
        foreach (var c in line)
        {
            if (c == ' ') columns++;
            else if (c == '\t') columns += TabColumns;
            else break;
        }
        return columns;
    }

    /// <summary>The indentation of the lines around one; null where no line is indented.</summary>
    internal static Indentation? Around(TextSnapshot snapshot, int line)
    {
        var (tabs, spaces, width) = (0, 0, int.MaxValue);
        for (var i = Math.Max(0, line - Reach); i < Math.Min(snapshot.LineCount, line + Reach); i++)
        {
            var text = snapshot.Line(i);
            if (i == line ? text.IsEmpty : text.IsWhiteSpace()) continue; // the cursor's line says something by its white space alone
            if (text[0] == '\t') tabs++;
            var columns = text[0] == ' ' ? Columns(text) : 0;
            if (columns < 2) continue; // a single space is the body of a comment
            spaces++;
            width = Math.Min(width, columns);
        }
        if (tabs == 0 && spaces == 0) return null;
        return tabs > spaces ? new(true, TabColumns) : new(false, width);
    }

    /// <summary>The text with the beginnings of its lines in this indentation.</summary>
    /// <param name="fromFirst">Whether the text begins at a line's start, so that its first line is indented too.</param>
    internal string Apply(string text, bool fromFirst)
    {
        var wrong = Tabs ? ' ' : '\t';
        if (!text.Contains(wrong)) return text;
        var result = new StringBuilder(text.Length);
        var first = true;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range);
            if (!first) result.Append('\n');
            var white = line.Length - line.TrimStart(" \t").Length;
            if (first && !fromFirst || !line[..white].Contains(wrong)) result.Append(line);
            else result.Append(White(line[..white])).Append(line[white..]);
            first = false;
        }
        return result.ToString();
    }

    string White(ReadOnlySpan<char> white)
    {
        var (tabs, spaces) = (white.Count('\t'), white.Count(' '));
        return Tabs
            ? new string('\t', tabs + spaces / Width) + new string(' ', spaces % Width)
            : new string(' ', tabs * Width + spaces);
    }
}
