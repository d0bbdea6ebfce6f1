namespace CoderLsp.Completion.Context.Recall;

/// <summary>What may come next, by what followed the same tokens elsewhere. Filled anew for each token; allocates nothing.</summary>
sealed class Expected
{
    // Others than the first so many kinds hardly ever come.
    const int MostTokens = 64;

    // A match that is longer by a token weighs four times as much: measured on the development half of the holes, 2 to 16 do about as well.
    const int LogOfGrowth = 2;

    readonly int[] _tokens = new int[MostTokens];
    readonly double[] _weights = new double[MostTokens];
    double _total;
    int _count;

    public bool IsEmpty => _count == 0;

    /// <summary>Tokens of the longest match.</summary>
    public int Longest { get; private set; }

    public void Clear() => (_count, _total, Longest) = (0, 0, 0);

    /// <param name="length">How many tokens before it were the same.</param>
    public void Add(int token, int length, int weight)
    {
        var share = (double)weight * (1L << LogOfGrowth * length);
        _total += share;
        Longest = Math.Max(Longest, length);
        var at = _tokens.AsSpan(0, _count).IndexOf(token);
        if (at < 0)
        {
            if (_count == MostTokens) return;
            at = _count++;
            (_tokens[at], _weights[at]) = (token, 0);
        }
        _weights[at] += share;
    }

    /// <summary>
    /// Writes the tokens with their probabilities, which add up to what this is to be trusted beside a model that has no idea: the odds are
    /// (1 + v)² q / 13, where v is the number of visible tokens in the longest match and q the share of the token that most places have.
    /// (White space tells nothing: behind the same line end and indentation stands anything. Fitted to single positions, see decision 0014.)
    /// </summary>
    /// <param name="visible">Tokens of the longest match that are more than white space.</param>
    public int Write(int visible, Span<int> tokens, Span<float> probabilities)
    {
        var count = Math.Min(_count, tokens.Length);
        var most = 0.0;
        foreach (var weight in _weights.AsSpan(0, count)) most = Math.Max(most, weight);
        var odds = count == 0 ? 0 : (1 + visible) * (1 + visible) * most / _total / 13;
        var trust = odds / (1 + odds);
        for (var i = 0; i < count; i++) (tokens[i], probabilities[i]) = (_tokens[i], (float)(trust * _weights[i] / _total));
        return count;
    }
}
