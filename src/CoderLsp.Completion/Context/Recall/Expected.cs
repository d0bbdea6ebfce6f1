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
    int _count, _longest;

    public bool IsEmpty => _count == 0;

    public void Clear() => (_count, _total, _longest) = (0, 0, 0);

    /// <param name="length">How many tokens before it were the same.</param>
    public void Add(int token, int length, int weight)
    {
        var share = (double)weight * (1L << LogOfGrowth * length);
        _total += share;
        _longest = Math.Max(_longest, length);
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
    /// Writes the tokens with their probabilities, which add up to what this is to be trusted beside the model: 1 - 1.7 / L where the
    /// longest match has L tokens. (Fitted to single positions of the development half; a table with a value for each L does no better.)
    /// </summary>
    public int Write(Span<int> tokens, Span<float> probabilities)
    {
        var count = Math.Min(_count, tokens.Length);
        var trust = _count == 0 ? 0 : 1 - 1.7 / _longest;
        for (var i = 0; i < count; i++) (tokens[i], probabilities[i]) = (_tokens[i], (float)(trust * _weights[i] / _total));
        return count;
    }
}
