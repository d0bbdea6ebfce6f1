namespace CoderLsp.Kernels.Elementwise;

/// <summary>How far each pair of a head turns from one position to the next, in radians: base^(−2i / dimensions), scaled for long contexts.</summary>
public static class RopeFrequencies
{
    // Turns within the original context above which a pair keeps its frequency, and below which it is interpolated in full.
    const double FastTurns = 32, SlowTurns = 1;

    /// <summary>All divided by <paramref name="factor"/>.</summary>
    /// <param name="dimensions">Values of a head that are rotated.</param>
    /// <param name="divisors">(dimensions / 2) further divisors (llama 3), or empty.</param>
    public static double[] Linear(int dimensions, float @base, float factor, ReadOnlySpan<float> divisors = default)
    {
        var frequencies = Unscaled(dimensions, @base);
        for (var i = 0; i < frequencies.Length; i++) frequencies[i] /= factor * (divisors.IsEmpty ? 1.0 : divisors[i]);
        return frequencies;
    }

    /// <summary>YaRN (arXiv 2309.00071): pairs that turn often within the original context stay, slow ones are divided, with a ramp between.</summary>
    public static double[] Yarn(int dimensions, float @base, float factor, int originalContext)
    {
        // The pair that turns so many times within the original context.
        double PairOf(double turns) => dimensions * Math.Log(originalContext / (turns * 2 * Math.PI)) / (2 * Math.Log(@base));
        var (first, last) = (Math.Max(0, Math.Floor(PairOf(FastTurns))), Math.Min(dimensions - 1, Math.Ceiling(PairOf(SlowTurns))));
        var frequencies = Unscaled(dimensions, @base);
        for (var i = 0; i < frequencies.Length; i++)
        {
            var interpolated = Math.Clamp((i - first) / Math.Max(0.001, last - first), 0, 1);
            frequencies[i] *= interpolated / factor + (1 - interpolated);
        }

        return frequencies;
    }

    static double[] Unscaled(int dimensions, float @base) =>
        [.. Enumerable.Range(0, dimensions / 2).Select(i => Math.Pow(@base, -2.0 * i / dimensions))];
}
