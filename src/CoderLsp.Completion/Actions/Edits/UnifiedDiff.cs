using System.Text;
using DiffPlex.Model;

namespace CoderLsp.Completion.Actions.Edits;

/// <summary>A change as <c>diff -u</c> and <c>git diff</c> write it, for people and <c>patch</c>.</summary>
public static class UnifiedDiff
{
    const int Context = 3;

    /// <summary>The change of a file; empty where there is none. Its lines end with LF; those of the texts keep a CR that they have.</summary>
    /// <param name="path">With <c>/</c>, without the <c>a/</c> and <c>b/</c> that stand before it.</param>
    public static string Of(string path, string old, string changed)
    {
        var diff = LineDiff.Of(old, changed);
        if (diff.DiffBlocks.Count == 0) return "";
        var text = new StringBuilder().Append("--- a/").Append(path).Append("\n+++ b/").Append(path).Append('\n');
        for (var i = 0; i < diff.DiffBlocks.Count;)
        {
            var next = i + 1;
            while (next < diff.DiffBlocks.Count && diff.DiffBlocks[next].DeleteStartA - OldEnd(diff.DiffBlocks[next - 1]) <= 2 * Context) next++;
            AppendHunk(text, diff, [.. diff.DiffBlocks.Skip(i).Take(next - i)]);
            i = next;
        }
        return text.ToString();
    }

    static int OldEnd(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    static void AppendHunk(StringBuilder text, DiffResult diff, DiffBlock[] blocks)
    {
        var oldStart = Math.Max(0, blocks[0].DeleteStartA - Context);
        var oldEnd = Math.Min(diff.PiecesOld.Length, OldEnd(blocks[^1]) + Context);
        var newStart = blocks[0].InsertStartB - (blocks[0].DeleteStartA - oldStart);
        var added = blocks.Sum(block => block.InsertCountB - block.DeleteCountA);
        text.Append("@@ -");
        AppendSpan(text, oldStart, oldEnd - oldStart);
        text.Append(" +");
        AppendSpan(text, newStart, oldEnd - oldStart + added);
        text.Append(" @@\n");

        var at = oldStart;
        foreach (var block in blocks)
        {
            AppendLines(text, ' ', diff.PiecesOld.AsSpan(at..block.DeleteStartA));
            AppendLines(text, '-', diff.PiecesOld.AsSpan(block.DeleteStartA, block.DeleteCountA));
            AppendLines(text, '+', diff.PiecesNew.AsSpan(block.InsertStartB, block.InsertCountB));
            at = OldEnd(block);
        }
        AppendLines(text, ' ', diff.PiecesOld.AsSpan(at..oldEnd));
    }

    /// <summary>Lines are counted from 1; of none, the line before is named.</summary>
    static void AppendSpan(StringBuilder text, int start, int count)
    {
        text.Append(count == 0 ? start : start + 1);
        if (count != 1) text.Append(',').Append(count);
    }

    static void AppendLines(StringBuilder text, char mark, ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            text.Append(mark).Append(line);
            if (!line.EndsWith('\n')) text.Append("\n\\ No newline at end of file\n");
        }
    }
}
