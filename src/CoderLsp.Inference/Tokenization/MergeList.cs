namespace CoderLsp.Inference.Tokenization;

/// <summary>Says whether two neighbours in a <see cref="MergeList"/> merge.</summary>
interface IMergeRule
{
    /// <summary>Whether the symbols at <paramref name="left"/> and <paramref name="right"/> merge.</summary>
    /// <param name="order">The lower, the sooner.</param>
    /// <param name="merged">The token that they become.</param>
    bool TryMerge(MergeList list, int left, int right, out uint order, out int merged);
}

/// <summary>
/// Byte-pair merging: of all neighbours that may merge, always the pair of the lowest order, of equal ones the leftmost, until none is left.
/// The symbols are a linked list in arrays and the pairs wait in a binary heap, so n symbols take O(n log n), whatever the text.
/// </summary>
sealed class MergeList
{
    const uint None = uint.MaxValue;

    // By symbol; a merged pair lives on at its left symbol's place.
    int[] _tokens = new int[64];
    int[] _next = new int[64];
    int[] _previous = new int[64];
    uint[] _orders = new uint[64]; // of the pair of this symbol and the next, None if they do not merge
    int[] _merged = new int[64]; // what that pair becomes

    // order << 32 | left symbol. An entry that does not agree with _orders is out of date.
    ulong[] _heap = new ulong[64];
    int _heapCount;

    public int Count { get; private set; }

    /// <summary>The symbol's token, or what was added in its place.</summary>
    public int Token(int symbol) => _tokens[symbol];

    /// <summary>The following symbol, or -1.</summary>
    public int Next(int symbol) => _next[symbol];

    /// <summary>Room for so many symbols, for deciding whether to keep the list.</summary>
    public int Capacity => _tokens.Length;

    public void Clear() => Count = 0;

    public void Add(int token)
    {
        if (Count == _tokens.Length) Grow();
        _tokens[Count++] = token;
    }

    public void Merge<TRule>(TRule rule) where TRule : struct, IMergeRule
    {
        for (var i = 0; i < Count; i++)
        {
            _previous[i] = i - 1;
            _next[i] = i + 1;
            _orders[i] = None;
        }
        _next[Count - 1] = -1;
        _heapCount = 0;
        for (var i = 0; i < Count - 1; i++) Offer(rule, i);

        while (_heapCount > 0)
        {
            var best = Pop();
            var left = (int)(uint)best;
            if (_orders[left] != (uint)(best >> 32)) continue;

            var right = _next[left];
            _tokens[left] = _merged[left];
            _next[left] = _next[right];
            if (_next[right] >= 0) _previous[_next[right]] = left;
            _orders[left] = _orders[right] = None;
            if (_previous[left] >= 0) Offer(rule, _previous[left]);
            if (_next[left] >= 0) Offer(rule, left);
        }
    }

    void Offer<TRule>(TRule rule, int left) where TRule : struct, IMergeRule
    {
        if (!rule.TryMerge(this, left, _next[left], out var order, out _merged[left])) order = None;
        _orders[left] = order;
        if (order != None) Push((ulong)order << 32 | (uint)left);
    }

    void Push(ulong entry)
    {
        if (_heapCount == _heap.Length) Array.Resize(ref _heap, 2 * _heap.Length);
        var i = _heapCount++;
        for (; i > 0 && entry < _heap[(i - 1) / 2]; i = (i - 1) / 2) _heap[i] = _heap[(i - 1) / 2];
        _heap[i] = entry;
    }

    ulong Pop()
    {
        var (top, last) = (_heap[0], _heap[--_heapCount]);
        var i = 0;
        for (var child = 1; child < _heapCount; child = 2 * i + 1)
        {
            if (child + 1 < _heapCount && _heap[child + 1] < _heap[child]) child++;
            if (last <= _heap[child]) break;
            _heap[i] = _heap[child];
            i = child;
        }
        _heap[i] = last;
        return top;
    }

    void Grow()
    {
        var length = 2 * _tokens.Length;
        Array.Resize(ref _tokens, length);
        Array.Resize(ref _next, length);
        Array.Resize(ref _previous, length);
        Array.Resize(ref _orders, length);
        Array.Resize(ref _merged, length);
    }
}
