namespace CoderLsp.Completion.Documents;

/// <summary>
/// An immutable text in pieces of a few thousand characters, each with its line breaks. A change makes one or two new pieces and
/// shares the others, so that a keystroke in a large document neither copies its text nor looks for its lines again.
/// No piece begins between CR and LF or inside a surrogate pair.
/// </summary>
sealed class TextChunks
{
    const int LongestChunk = 8192;
    const int ShortestChunk = 1024;

    /// <param name="LineStarts">Offsets in the chunk, from 1 to its length, behind each line break.</param>
    sealed record Chunk(string Text, int[] LineStarts);

    readonly Chunk[] _chunks; // at least one
    readonly int[] _offsets;  // where each chunk begins; at last, where the text ends
    readonly int[] _lines;    // line breaks before each chunk; at last, in the whole text

    public TextChunks(string text) : this([.. Split(text)]) { }

    TextChunks(Chunk[] chunks)
    {
        _chunks = chunks;
        (_offsets, _lines) = (new int[chunks.Length + 1], new int[chunks.Length + 1]);
        for (var i = 0; i < chunks.Length; i++)
        {
            _offsets[i + 1] = _offsets[i] + chunks[i].Text.Length;
            _lines[i + 1] = _lines[i] + chunks[i].LineStarts.Length;
        }
    }

    public int Length => _offsets[^1];

    public int LineCount => _lines[^1] + 1;

    public char this[int offset]
    {
        get
        {
            var i = ChunkAt(offset);
            return _chunks[i].Text[offset - _offsets[i]];
        }
    }

    /// <summary>The characters from <paramref name="start"/> to <paramref name="end"/>: a view where they lie in one chunk, else a copy.</summary>
    public ReadOnlySpan<char> Slice(int start, int end)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, end);
        var first = ChunkAt(start);
        return end <= _offsets[first + 1] ? _chunks[first].Text.AsSpan(start - _offsets[first], end - start) : Joined(first, start, end);
    }

    public int LineStart(int line)
    {
        if (line == 0) return 0;
        // The chunk that holds the break before the line. Several chunks without breaks have the same number: the last of them.
        var i = Array.BinarySearch(_lines, line - 1);
        if (i < 0) i = ~i - 1;
        while (_lines[i + 1] < line) i++;
        return _offsets[i] + _chunks[i].LineStarts[line - 1 - _lines[i]];
    }

    public int LineAt(int offset)
    {
        var i = ChunkAt(offset);
        var found = Array.BinarySearch(_chunks[i].LineStarts, offset - _offsets[i]);
        return _lines[i] + (found >= 0 ? found + 1 : ~found);
    }

    public TextChunks WithChange(int start, int end, string newText)
    {
        // With the characters on both sides of the change, so that a CR that meets or loses its LF is seen.
        var first = ChunkAt(Math.Max(0, start - 1));
        var last = ChunkAt(end);
        var before = _chunks[first].Text.AsSpan(0, start - _offsets[first]);
        var after = _chunks[last].Text.AsSpan(end - _offsets[last]);
        if (before.Length + newText.Length + after.Length < ShortestChunk && last + 1 < _chunks.Length) after = string.Concat(after, _chunks[++last].Text);
        return new([.. _chunks.AsSpan(0, first), .. Split(string.Concat(before, newText, after)), .. _chunks.AsSpan(last + 1)]);
    }

    /// <summary>Whether <paramref name="length"/> characters from <paramref name="start"/> are those of another text from <paramref name="otherStart"/>.</summary>
    public bool Same(int start, TextChunks other, int otherStart, int length)
    {
        while (length > 0)
        {
            var mine = RestOfChunk(start);
            var theirs = other.RestOfChunk(otherStart);
            var step = Math.Min(length, Math.Min(mine.Length, theirs.Length));
            if (!mine[..step].SequenceEqual(theirs[..step])) return false; // at once where both are the same chunk
            (start, otherStart, length) = (start + step, otherStart + step, length - step);
        }
        return true;
    }

    public override string ToString() => string.Concat(_chunks.Select(chunk => chunk.Text));

    ReadOnlySpan<char> RestOfChunk(int offset)
    {
        var i = ChunkAt(offset);
        return _chunks[i].Text.AsSpan(offset - _offsets[i]);
    }

    /// <summary>The chunk that holds the character at an offset; the last one for the end of the text.</summary>
    int ChunkAt(int offset)
    {
        var i = Array.BinarySearch(_offsets, offset);
        return Math.Min(i >= 0 ? i : ~i - 1, _chunks.Length - 1);
    }

    char[] Joined(int first, int start, int end)
    {
        var result = new char[end - start];
        for (var i = first; _offsets[i] < end; i++)
        {
            var (from, to) = (Math.Max(start, _offsets[i]), Math.Min(end, _offsets[i + 1]));
            _chunks[i].Text.AsSpan(from - _offsets[i], to - from).CopyTo(result.AsSpan(from - start));
            if (i + 1 == _chunks.Length) break;
        }
        return result;
    }

    static List<Chunk> Split(string text)
    {
        var chunks = new List<Chunk>(text.Length / (LongestChunk / 2) + 1);
        var start = 0;
        while (text.Length - start > LongestChunk)
        {
            var end = EndOfChunk(text, start + LongestChunk / 2, start + LongestChunk);
            chunks.Add(Of(text[start..end]));
            start = end;
        }
        chunks.Add(Of(start == 0 ? text : text[start..]));
        return chunks;
    }

    /// <summary>Behind the last line break of a stretch of text, or where nothing is torn apart.</summary>
    static int EndOfChunk(string text, int from, int to)
    {
        var end = text.AsSpan(from, to - from).LastIndexOf('\n') is var i and >= 0 ? from + i + 1 : to;
        var torn = text[end] == '\n' && text[end - 1] == '\r' || char.IsLowSurrogate(text[end]) && char.IsHighSurrogate(text[end - 1]);
        return torn ? end - 1 : end;
    }

    static Chunk Of(string text)
    {
        var starts = new List<int>();
        for (var i = 0; i < text.Length;)
        {
            var found = text.AsSpan(i).IndexOfAny('\r', '\n');
            if (found < 0) break;
            i += found + 1;
            if (text[i - 1] == '\r' && i < text.Length && text[i] == '\n') i++;
            starts.Add(i);
        }
        return new(text, [.. starts]);
    }
}
