namespace CoderLsp.Inference.Sampling;

/// <summary>Mixes what is expected from elsewhere into the logits of a model. Allocates nothing.</summary>
sealed class Mixture
{
    const int MostTokens = 64;

    readonly int[] _tokens = new int[MostTokens];
    readonly float[] _probabilities = new float[MostTokens];

    /// <summary>
    /// Turns the model's p(t) into (1 - λ) p(t) + e(t), where λ is the sum of the expected e(t). All logits less ln(1 - λ), which changes
    /// nothing, only those of expected tokens have to be touched: logit(t) becomes ln(e^logit(t) + Z e(t) / (1 - λ)) with Z = Σ e^logit.
    /// </summary>
    /// <param name="text">The prompt's tokens and those generated so far.</param>
    /// <param name="logits">(vocabulary). What is impossible (negative infinity) stays so.</param>
    public void Apply(ITokenPrior prior, ReadOnlySpan<int> text, Span<float> logits)
    {
        var count = prior.Expect(text, _tokens, _probabilities);
        if (count == 0) return;
        var rest = 1f;
        foreach (var probability in _probabilities.AsSpan(0, count)) rest -= probability;
        var shift = Logits.LogSumExp(logits) - MathF.Log(Math.Max(rest, 1e-6f));
        for (var i = 0; i < count; i++)
        {
            ref var logit = ref logits[_tokens[i]];
            if (float.IsNegativeInfinity(logit)) continue;
            var expected = shift + MathF.Log(_probabilities[i]);
            var larger = Math.Max(logit, expected);
            logit = larger + MathF.Log(1 + MathF.Exp(Math.Min(logit, expected) - larger));
        }
    }
}
