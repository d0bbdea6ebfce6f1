namespace CoderLsp.Inference.Generation.Speculation;

/// <summary>
/// Guesses what comes next from what the model has read and written lately: where the last tokens stood before, what followed them there may
/// follow again, as code repeats itself. Places with the same three tokens are chained, the latest first, as in LZ77 (RFC 1951, section 4);
/// the one that agrees the furthest back is taken.
/// </summary>
sealed class DraftIndex
{
    /// <summary>Tokens that must agree.</summary>
    public const int LeastMatch = 3;

    const int Capacity = 1 << 16, Buckets = 1 << 15, MostCandidates = 16, LongestMatch = 16;

    // A token's number counts from 1, whatever the capacity; 0 is none.
    readonly int[] _tokens = new int[Capacity], _earlier = new int[Capacity], _latest = new int[Buckets];
    int _count;

    public void Add(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens) Add(token);
    }

    public void Add(int token)
    {
        if (_count == int.MaxValue) Clear();
        _count++;
        At(_tokens, _count) = token;
        if (_count < LeastMatch) return;
        ref var latest = ref _latest[Hash(At(_tokens, _count - 2), At(_tokens, _count - 1), token)];
        At(_earlier, _count) = latest;
        latest = _count;
    }

    /// <summary>Writes what may follow a text.</summary>
    /// <param name="matched">How many of the text's last tokens agree with the place where that stands.</param>
    /// <returns>How many tokens; 0 for no guess.</returns>
    public int Find(ReadOnlySpan<int> text, Span<int> draft, out int matched)
    {
        matched = 0;
        if (text.Length < LeastMatch || draft.IsEmpty) return 0;
        var best = 0;
        var candidate = _latest[Hash(text[^3], text[^2], text[^1])];
        for (var i = 0; i < MostCandidates && candidate > Math.Max(0, _count - Capacity + LongestMatch); i++, candidate = At(_earlier, candidate))
        {
            if (candidate == _count) continue; // the text's own end
            var length = Agreement(text, candidate);
            if (length > matched) (best, matched) = (candidate, length);
        }

        if (matched < LeastMatch)
        {
            matched = 0;
            return 0;
        }

        var count = Math.Min(draft.Length, _count - best);
        for (var i = 0; i < count; i++) draft[i] = At(_tokens, best + 1 + i);
        return count;
    }

    int Agreement(ReadOnlySpan<int> text, int last)
    {
        var most = Math.Min(Math.Min(text.Length, LongestMatch), last);
        var length = 0;
        while (length < most && text[text.Length - 1 - length] == At(_tokens, last - length)) length++;
        return length;
    }

    void Clear()
    {
        _count = 0;
        Array.Clear(_latest);
    }

    static ref int At(int[] ring, int number) => ref ring[number & (Capacity - 1)];

    static int Hash(int a, int b, int c) => (int)((uint)((a * 31 + b) * 31 + c) * 2654435761u >> 17) & (Buckets - 1);
}
