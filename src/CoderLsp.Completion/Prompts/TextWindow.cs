using System.Buffers;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Prompts;

/// <summary>
/// The part of a document before or behind the cursor that fits into a number of tokens. Its far edge lies on a coarse grid, so that
/// it stays where it is while the cursor's neighbourhood changes and then moves by half a window or so: were it to slide by a line
/// with each new line, the beginning of the prompt would change each time, and nothing computed before could be used again.
/// The grid is counted in characters from the document's far end, which typing does not move. Its cells end at line starts (unless
/// a line is longer than a cell) and are tokenised apart: only the window's cells are read, and those seen before are remembered.
/// </summary>
sealed class TextWindow(TextSnapshot snapshot, TokenCache cache)
{
    // At 3 characters a token, as in code, a full window has 20 cells and its edge moves by 8 of them.
    const int CharactersPerToken = 3;
    const int CellsOfWindow = 20;
    const int CellsOfStep = 8;
    const int NarrowestCell = 16;

    // How far from its place in the grid a cut inside a line may lie.
    const int CutTolerance = 32;
    static readonly SearchValues<char> Separators = SearchValues.Create(" ,;{}()");

    /// <summary>Tokens of the window that ends at <paramref name="end"/>.</summary>
    /// <param name="budget">Most tokens.</param>
    /// <param name="size">About how many tokens such windows have. Sets the grid: the same for all windows that shall share cells.</param>
    public List<int> Before(int end, int budget, int size)
    {
        var cells = Collect(end, budget, CellWidth(size), CellBefore);
        cells.Reverse();
        return Join(cells);

        (int, int) CellBefore(int index, int width) => (Edge(index, width), Edge(index + 1, width));

        int Edge(int index, int width)
        {
            var place = (int)Math.Min((long)index * width, end);
            if (place == end || index == 0) return place;
            var line = snapshot.LineAt(place);
            if (snapshot.LineStart(line) == place) return AfterEmptyLines(place, end);
            var next = Math.Min(snapshot.LineStart(line + 1), end);
            return next - place <= width ? AfterEmptyLines(next, end) : CutInLine(place, Math.Min(snapshot.LineEnd(line), end));
        }
    }

    /// <summary>Tokens of the window that begins at <paramref name="start"/>.</summary>
    /// <inheritdoc cref="Before"/>
    public List<int> After(int start, int budget, int size)
    {
        return Join(Collect(snapshot.Length - start, budget, CellWidth(size), CellAfter));

        (int, int) CellAfter(int index, int width) => (Edge(index + 1, width), Edge(index, width));

        int Edge(int index, int width)
        {
            var place = (int)Math.Max(snapshot.Length - (long)index * width, start);
            if (place == start || index == 0) return place;
            var line = snapshot.LineAt(place);
            var lineStart = Math.Max(snapshot.LineStart(line), start);
            return place - lineStart <= width ? AfterEmptyLines(lineStart, snapshot.Length) : CutInLine(place, snapshot.LineEnd(line));
        }
    }

    static int CellWidth(int size) => Math.Max(NarrowestCell, size * CharactersPerToken / CellsOfWindow);

    /// <summary>The tokens of the window's cells, nearest first.</summary>
    /// <param name="length">Characters from the far end of the document to the cursor.</param>
    List<int[]> Collect(int length, int budget, int width, Func<int, int, (int Start, int End)> cell)
    {
        var cells = new List<int[]>();
        var nearest = length / width;
        var used = 0;
        for (var i = nearest; i >= 0; i--)
        {
            var (start, end) = cell(i, width);
            var tokens = cache.Encode(snapshot.Slice(start, end));
            if (used + tokens.Length > budget) break;
            used += tokens.Length;
            cells.Add(tokens);
        }
        var farthest = nearest - cells.Count + 1;
        if (farthest == 0) return cells;
        // Text with few characters a token: the grid is too coarse for it.
        if (cells.Count < 4 && width > NarrowestCell) return Collect(length, budget, width / 2, cell);

        var step = CellsOfStep;
        while (step > 1 && step > cells.Count / 2) step /= 2;
        var edge = (farthest + step - 1) / step * step;
        var kept = Math.Min(cells.Count, nearest - edge + 1);
        cells.RemoveRange(kept, cells.Count - kept);
        return cells;
    }

    static List<int> Join(List<int[]> cells)
    {
        var tokens = new List<int>(cells.Sum(c => c.Length));
        foreach (var cell in cells) tokens.AddRange(cell);
        return tokens;
    }

    // Some tokenisers join line breaks: several in a row stay together.
    int AfterEmptyLines(int offset, int end)
    {
        while (offset < end && snapshot[offset] is ('\r' or '\n')) offset++;
        return offset;
    }

    /// <summary>Where to cut a line that is longer than a cell (minified code, data): behind a character that ends something.</summary>
    int CutInLine(int place, int end)
    {
        var separator = snapshot.Slice(place, Math.Max(place, Math.Min(place + CutTolerance, end))).IndexOfAny(Separators);
        if (separator >= 0) return place + separator + 1;
        return snapshot.SplitsPair(place) ? place + 1 : place;
    }
}
