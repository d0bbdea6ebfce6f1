using System.Text;
using CoderLsp.Completion.Actions.Selection;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Actions.Instructions;

/// <summary>What stands around a selection in its file: the nearest lines whole, of the rest the headers of functions and types.</summary>
/// <param name="count">Tokens of a text.</param>
sealed class Surroundings(TextSnapshot snapshot, TextRange range, Func<string, int> count)
{
    /// <summary>Longer text has more tokens than a budget, without counting them: no vocabulary has many longer tokens.</summary>
    public const int MostCharactersPerToken = 64;

    const int OutlineReach = 5000; // lines above the selection and below it

    readonly int _start = snapshot.OffsetOf(range.Start);
    readonly int _end = snapshot.OffsetOf(range.End);

    /// <summary>Lines before and after the selection that have so many tokens at most, the nearest; LF between lines.</summary>
    public (string Before, string After) Take(int budget)
    {
        // The declarations that code uses stand above it more often than below: two thirds, and what one side leaves is the other's.
        var (_, afterCost) = After(budget / 3);
        var (before, beforeCost) = Before(budget - afterCost);
        var (after, _) = After(budget - beforeCost);
        return (before, after);
    }

    /// <summary>Headers of functions and types outside of those lines, the nearest first.</summary>
    public IReadOnlyList<int> Outline(string before, string after)
    {
        var first = range.Start.Line - before.AsSpan().Count('\n');
        var last = range.End.Line + after.AsSpan().Count('\n');
        var (from, to) = (Math.Max(0, first - OutlineReach), Math.Min(snapshot.LineCount, last + 1 + OutlineReach));
        var reader = new BlockReader(snapshot, from, to);
        var headers = new List<int>();
        for (var line = from; line < to; line++)
            if ((line < first || line > last) && reader.IsHeader(line) && reader.Declares(line)) headers.Add(line);
        return [.. headers.OrderBy(line => line < first ? first - line : line - last)];
    }

    (string Text, int Cost) Before(int budget)
    {
        var lines = new List<string>();
        var cost = 0;
        if (_start > snapshot.LineStart(range.Start.Line) && !Fits(snapshot.LineStart(range.Start.Line), _start, "", budget, lines, ref cost))
            return ("", 0);
        for (var line = range.Start.Line - 1; line >= 0; line--)
            if (!Fits(snapshot.LineStart(line), snapshot.LineEnd(line), "\n", budget, lines, ref cost)) break;
        lines.Reverse();
        return (string.Concat(lines), cost);
    }

    (string Text, int Cost) After(int budget)
    {
        var lines = new List<string>();
        var cost = 0;
        var lineEnd = snapshot.LineEnd(range.End.Line);
        if (_end < lineEnd && !Fits(_end, lineEnd, "", budget, lines, ref cost)) return ("", 0);
        for (var line = range.End.Line + 1; line < snapshot.LineCount; line++)
        {
            if (line == snapshot.LineCount - 1 && snapshot.LineStart(line) == snapshot.Length) break; // behind the last line break
            if (!Fits(snapshot.LineStart(line), snapshot.LineEnd(line), "\n", budget, lines, ref cost)) break;
        }
        // A line's break stands before it here: the selection has none.
        var text = new StringBuilder();
        foreach (var line in lines) text.Append(line is [.., '\n'] ? "\n" + line[..^1] : line);
        return (text.ToString(), cost);
    }

    bool Fits(int start, int end, string lineBreak, int budget, List<string> lines, ref int cost)
    {
        if (end - start > (long)Math.Max(0, budget - cost) * MostCharactersPerToken) return false;
        var line = string.Concat(snapshot.Slice(start, end), lineBreak);
        var tokens = count(line);
        if (cost + tokens > budget) return false;
        cost += tokens;
        lines.Add(line);
        return true;
    }
}
