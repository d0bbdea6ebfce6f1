using System.Text;
using CoderLsp.Completion.Actions.Instructions;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;

namespace CoderLsp.Completion.Actions.Edits;

/// <summary>
/// Brings code from a model into the place of lines of a document: its indentation, its line ends, and the line break behind it
/// where the replaced text has one. Models often leave out the indentation that all lines have in common, or that of the first line.
/// </summary>
static class CodeFit
{
    /// <param name="range">Whole lines of the document, with something on the first.</param>
    /// <param name="code">Lines with LF between them.</param>
    public static string Into(TextSnapshot snapshot, TextRange range, string code)
    {
        var old = snapshot.Slice(snapshot.OffsetOf(range.Start), snapshot.OffsetOf(range.End)).ToString();
        var indentation = Indentation.Around(snapshot, range.Start.Line);
        var lines = (indentation?.Apply(code, fromFirst: true) ?? code).Trim('\n').Split('\n');
        Indent(lines, Lines.ToLf(old).Split('\n'), indentation is { Tabs: true });
        return LineEnds.Join(old, lines, snapshot.LineEnding);
    }

    static void Indent(string[] lines, string[] old, bool tabs)
    {
        var wanted = Indentation.Columns(FirstOf(old));
        var first = Array.FindIndex(lines, line => !string.IsNullOrWhiteSpace(line));
        if (first < 0) return;
        var has = Indentation.Columns(lines[first]);
        if (has == wanted) return;
        var (rest, oldRest) = (BehindFirst(lines), BehindFirst(old));
        // Only the first line has lost its indentation when another one stands just as it did.
        var firstOnly = has == 0 && rest.Length > 0 && Least(rest) == Least(oldRest) && rest.Any(oldRest.Contains);
        for (var i = first; i < (firstOnly ? first + 1 : lines.Length); i++) lines[i] = Shifted(lines[i], wanted - has, tabs);
    }

    static string FirstOf(string[] lines) => Array.Find(lines, line => !string.IsNullOrWhiteSpace(line)) ?? "";

    static string[] BehindFirst(string[] lines) => [.. lines.Where(line => !string.IsNullOrWhiteSpace(line)).Skip(1)];

    static int? Least(string[] lines) => lines.Min(line => (int?)Indentation.Columns(line));

    static string Shifted(string line, int by, bool tabs)
    {
        var code = line.AsSpan().TrimStart(" \t");
        if (code.IsEmpty) return "";
        var columns = Math.Max(0, Indentation.Columns(line) + by);
        // A tab is as wide here as for Indentation.Columns, which counted them.
        var tabWidth = Indentation.Columns("\t");
        return new StringBuilder()
            .Append('\t', tabs ? columns / tabWidth : 0)
            .Append(' ', tabs ? columns % tabWidth : columns)
            .Append(code).ToString();
    }
}
