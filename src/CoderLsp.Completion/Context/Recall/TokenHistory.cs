namespace CoderLsp.Completion.Context.Recall;

/// <summary>
/// The tokens of texts, in which the places are found that stand behind the same tokens as the end of another text. As in a compressor
/// of the LZ77 kind, each place is linked to the one before it whose last 2 tokens, and whose last 4, have the same hash. Not safe for
/// concurrent use; finding allocates nothing.
/// </summary>
/// <param name="capacity">Most tokens, of 12 bytes each.</param>
sealed class TokenHistory(int capacity)
{
    /// <summary>Fewest tokens in common: first places that have the longer one are looked for.</summary>
    public const int ShortMatch = 2, LongMatch = 4;

    /// <summary>A longer match is no better.</summary>
    public const int LongestMatch = 16;

    // The youngest places count: of a context that is everywhere, the oldest ones tell nothing new.
    const int MostPlaces = 256;

    const int Gap = -1; // between texts, and in place of what was removed

    readonly Links _short = new(capacity, ShortMatch), _long = new(capacity, LongMatch);
    readonly int[] _tokens = new int[capacity];
    int _length;

    /// <summary>Places by the hash of the tokens before them; 0, where no text begins, for none.</summary>
    sealed class Links
    {
        readonly int[] _heads, _previous;
        readonly int _order, _shift;

        public Links(int capacity, int order)
        {
            var bits = Math.Max(8, 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)capacity / 2));
            (_heads, _previous, _order, _shift) = (new int[1 << bits], new int[capacity], order, 32 - bits);
        }

        public void Clear() => Array.Clear(_heads);

        /// <param name="before">The tokens before the place, as many as count at least.</param>
        public void Add(int place, ReadOnlySpan<int> before)
        {
            if (before.Length < _order) return;
            ref var head = ref _heads[Hash(before)];
            (_previous[place], head) = (head, place);
        }

        public int First(ReadOnlySpan<int> before) => before.Length < _order ? 0 : _heads[Hash(before)];

        public int Next(int place) => _previous[place];

        uint Hash(ReadOnlySpan<int> before)
        {
            var hash = 0u;
            foreach (var token in before[^_order..]) hash = (hash + (uint)token + 1) * 0x9E37_79B1; // Knuth's multiplicative hash
            return hash >> _shift;
        }
    }

    /// <summary>Tokens that can still be added; a text takes one more than it has.</summary>
    public int Room => capacity - _length;

    public void Clear()
    {
        _length = 0;
        _short.Clear();
        _long.Clear();
    }

    /// <summary>Adds a text, for which there must be <see cref="Room"/>; returns where it begins.</summary>
    public int Add(ReadOnlySpan<int> text)
    {
        _tokens[_length++] = Gap;
        var start = _length;
        foreach (var token in text)
        {
            _short.Add(_length, _tokens.AsSpan(start, _length - start));
            _long.Add(_length, _tokens.AsSpan(start, _length - start));
            _tokens[_length++] = token;
        }
        return start;
    }

    /// <summary>A copy of a text that was added.</summary>
    public int[] Text(int start, int length) => _tokens.AsSpan(start, length).ToArray();

    /// <summary>Makes a text, or a part of one, match nothing any more.</summary>
    public void Remove(int start, int length) => _tokens.AsSpan(start, length).Fill(Gap);

    /// <summary>Calls <paramref name="expected"/> for the tokens that follow what <paramref name="text"/> ends with, the youngest places first.</summary>
    /// <param name="fewest"><see cref="ShortMatch"/> or <see cref="LongMatch"/>: how many tokens have to be the same.</param>
    public void Find(ReadOnlySpan<int> text, int fewest, Expected expected, int weight)
    {
        var links = fewest == LongMatch ? _long : _short;
        var left = MostPlaces;
        for (var place = links.First(text); place > 0 && left > 0; place = links.Next(place), left--)
        {
            if (_tokens[place] == Gap) continue;
            var length = MatchBefore(place, text);
            if (length >= fewest) expected.Add(_tokens[place], length, weight);
        }
    }

    int MatchBefore(int place, ReadOnlySpan<int> text)
    {
        var most = Math.Min(Math.Min(place, text.Length), LongestMatch);
        var length = 0;
        while (length < most && _tokens[place - 1 - length] == text[text.Length - 1 - length]) length++;
        return length;
    }
}
