using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Inference.Sampling;

/// <summary>What the model itself says of its vocabulary, whatever the sampling options.</summary>
public static class Logits
{
    /// <summary>The natural-log probability of <paramref name="token"/>.</summary>
    public static float LogProbability(ReadOnlySpan<float> logits, int token) => logits[token] - LogSumExp(logits);

    /// <summary>The natural-log probability of <paramref name="token"/> given that one of <paramref name="allowed"/> comes; empty means all.</summary>
    public static float LogProbability(ReadOnlySpan<float> logits, int token, ReadOnlySpan<int> allowed)
    {
        if (allowed.IsEmpty) return LogProbability(logits, token);
        var max = float.NegativeInfinity;
        foreach (var id in allowed) max = Math.Max(max, logits[id]);
        var sum = 0f;
        foreach (var id in allowed) sum += MathF.Exp(logits[id] - max);
        return logits[token] - max - MathF.Log(sum);
    }

    /// <summary>The largest of all; negative infinity where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Max(ReadOnlySpan<float> logits)
    {
        var best = Vector256.Create(float.NegativeInfinity);
        var i = 0;
        for (; i <= logits.Length - 8; i += 8) best = Vector256.Max(best, Vector256.Create(logits.Slice(i, 8)));
        var max = float.NegativeInfinity;
        for (var lane = 0; lane < 8; lane++) max = Math.Max(max, best[lane]);
        for (; i < logits.Length; i++) max = Math.Max(max, logits[i]);
        return max;
    }

    /// <summary>ln Σ e^logit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float LogSumExp(ReadOnlySpan<float> logits)
    {
        var max = Max(logits);
        var i = 0;
        var sums = Vector256<float>.Zero;
        for (; i <= logits.Length - 8; i += 8) sums += Vector256.Exp(Vector256.Create(logits.Slice(i, 8)) - Vector256.Create(max));
        var sum = Vector256.Sum(sums);
        for (; i < logits.Length; i++) sum += MathF.Exp(logits[i] - max);
        return max + MathF.Log(sum);
    }
}
