namespace CoderLsp.Completion.Documents;

/// <summary>Where the lines of a text begin. A line ends at CR LF, LF or CR; the text after the last of them is a line too.</summary>
readonly struct LineIndex
{
    readonly int[] starts;

    LineIndex(int[] starts) => this.starts = starts;

    /// <summary>Offsets of the first character of each line, ascending, the first 0.</summary>
    public ReadOnlySpan<int> Starts => starts;

    public static LineIndex Of(ReadOnlySpan<char> text)
    {
        var found = new List<int> { 0 };
        AddStarts(text, 0, text.Length, found);
        return new([.. found]);
    }

    /// <summary>The line that <paramref name="offset"/> lies in.</summary>
    public int LineAt(int offset)
    {
        var i = Array.BinarySearch(starts, offset);
        return i >= 0 ? i : ~i - 1;
    }

    /// <summary>
    /// The index of the text in which <paramref name="removed"/> characters at <paramref name="start"/> gave way to
    /// <paramref name="inserted"/> others. Reads the inserted text and its two neighbours only.
    /// </summary>
    public LineIndex WithChange(ReadOnlySpan<char> newText, int start, int removed, int inserted)
    {
        // A line that begins before `start` keeps its beginning, and so does, moved, one that begins behind the removed text: the
        // last character of the break before it is still there. One that begins just at either edge may have gained or lost
        // its break (a CR may have met or lost its LF), so that the text from one character before the change is read again.
        var kept = 1;
        if (start > 0) kept = LineAt(start - 1) + 1;
        var tail = LineAt(start + removed) + 1;

        var fresh = new List<int>();
        AddStarts(newText, Math.Max(0, start - 1), start + inserted, fresh);

        var result = new int[kept + fresh.Count + (starts.Length - tail)];
        starts.AsSpan(0, kept).CopyTo(result);
        fresh.CopyTo(result, kept);
        var moved = result.AsSpan(kept + fresh.Count);
        starts.AsSpan(tail).CopyTo(moved);
        var shift = inserted - removed;
        for (var i = 0; i < moved.Length; i++) moved[i] += shift;
        return new(result);
    }

    /// <summary>Adds the starts of lines whose break begins at or behind <paramref name="from"/> and ends at or before <paramref name="to"/>.</summary>
    static void AddStarts(ReadOnlySpan<char> text, int from, int to, List<int> found)
    {
        while (from < to)
        {
            var i = text[from..to].IndexOfAny('\r', '\n');
            if (i < 0) return;
            from += i + 1;
            if (text[from - 1] == '\r' && from < text.Length && text[from] == '\n') from++;
            if (from <= to) found.Add(from);
        }
    }
}
