using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Actions.Edits;

/// <summary>The fewest lines that have to change, so that what an editor keeps at lines (cursors, folds, breakpoints) stays.</summary>
public static class LineEdits
{
    /// <summary>Edits that put <paramref name="newText"/> in the place of a range: in order, not overlapping; empty where nothing changes.</summary>
    public static IReadOnlyList<LineEdit> Between(TextSnapshot snapshot, TextRange range, string newText)
    {
        var (start, end) = (snapshot.OffsetOf(range.Start), snapshot.OffsetOf(range.End));
        var diff = LineDiff.Of(snapshot.Slice(start, end).ToString(), newText);
        var starts = new int[diff.PiecesOld.Length + 1];
        starts[0] = start;
        for (var i = 0; i < diff.PiecesOld.Length; i++) starts[i + 1] = starts[i] + diff.PiecesOld[i].Length;

        return [.. diff.DiffBlocks.Select(block => new LineEdit(
            new(snapshot.PositionOf(starts[block.DeleteStartA]), snapshot.PositionOf(starts[block.DeleteStartA + block.DeleteCountA])),
            string.Concat(diff.PiecesNew.AsSpan(block.InsertStartB, block.InsertCountB))))];
    }
}
