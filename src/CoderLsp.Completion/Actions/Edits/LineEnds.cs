using CoderLsp.Completion.Actions.Instructions;
using DiffPlex;

namespace CoderLsp.Completion.Actions.Edits;

/// <summary>The line ends of a text that replaces another one, which may end its lines with LF, CR LF and CR side by side.</summary>
static class LineEnds
{
    /// <summary>
    /// Puts lines together: one that was there before keeps its line end, a new one gets the one that prevails in the old text. The last
    /// gets one if the old text ends with one.
    /// </summary>
    /// <param name="lines">The new lines, without line ends.</param>
    /// <param name="otherwise">The line end where the old text has none.</param>
    public static string Join(string old, IReadOnlyList<string> lines, string otherwise)
    {
        var oldEnds = Of(old);
        var prevailing = oldEnds.Count == 0 ? otherwise : oldEnds.CountBy(end => end).MaxBy(end => end.Value).Key;
        // As many as there are lines when one stands behind the last too.
        var count = lines.Count - (old.EndsWith('\n') || old.EndsWith('\r') ? 0 : 1);
        var ends = Enumerable.Repeat(prevailing, count).ToArray();
        foreach (var (oldLine, line) in Kept(Lines.ToLf(old), lines))
            if (oldLine < oldEnds.Count && line < count) ends[line] = oldEnds[oldLine];
        return string.Concat(lines.Select((line, i) => i < count ? line + ends[i] : line));
    }

    static List<string> Of(string text)
    {
        var ends = new List<string>();
        for (var rest = text.AsSpan(); rest.IndexOfAny('\r', '\n') is >= 0 and var start;)
        {
            var end = rest[start..] switch { ['\r', '\n', ..] => "\r\n", ['\r', ..] => "\r", _ => "\n" };
            ends.Add(end);
            rest = rest[(start + end.Length)..];
        }
        return ends;
    }

    /// <summary>The numbers of lines that are the same in both, in the old text and in the new.</summary>
    static IEnumerable<(int Old, int New)> Kept(string old, IReadOnlyList<string> lines)
    {
        var diff = new Differ().CreateCustomDiffs(old, string.Join('\n', lines), ignoreWhiteSpace: false, ignoreCase: false, text => text.Split('\n'));
        var (a, b) = (0, 0);
        foreach (var block in diff.DiffBlocks)
        {
            while (a < block.DeleteStartA) yield return (a++, b++);
            (a, b) = (a + block.DeleteCountA, b + block.InsertCountB);
        }
        while (a < diff.PiecesOld.Length && b < diff.PiecesNew.Length) yield return (a++, b++);
    }
}
