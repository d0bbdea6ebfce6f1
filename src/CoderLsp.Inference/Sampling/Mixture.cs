namespace CoderLsp.Inference.Sampling;

/// <summary>Mixes what is expected from elsewhere into the logits of a model. Allocates nothing.</summary>
public sealed class Mixture
{
    const int MostTokens = 64;

    // A model is never so sure that nothing else counts.
    const float LeastDoubt = 0.01f;

    readonly int[] _tokens = new int[MostTokens];
    readonly float[] _probabilities = new float[MostTokens];

    /// <summary>
    /// Turns the model's p(t) into (1 - λ) p(t) + λ q(t), where q(t) is e(t) by the sum of the expected e. The odds λ / (1 - λ) are those
    /// of that sum times √(1 - max p), so that what happens to stand elsewhere does not lead a model astray that is sure of itself. All logits less
    /// ln(1 - λ), which changes nothing, only those of expected tokens have to be touched: logit(t) becomes
    /// ln(e^logit(t) + Z e(t) / (1 - Σ e) √(1 - max p)) with Z = Σ e^logit.
    /// </summary>
    /// <param name="text">The prompt's tokens and those generated so far.</param>
    /// <param name="logits">(vocabulary). What is impossible (negative infinity) stays so.</param>
    public void Apply(ITokenPrior prior, ReadOnlySpan<int> text, Span<float> logits)
    {
        var count = prior.Expect(text, _tokens, _probabilities);
        if (count == 0) return;
        var rest = 1f;
        foreach (var probability in _probabilities.AsSpan(0, count)) rest -= probability;
        var sum = Logits.LogSumExp(logits);
        var doubt = 1 - MathF.Exp(Logits.Max(logits) - sum);
        var shift = sum - MathF.Log(Math.Max(rest, 1e-6f)) + MathF.Log(Math.Max(doubt, LeastDoubt)) / 2;
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
