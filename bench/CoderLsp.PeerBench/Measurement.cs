namespace CoderLsp.PeerBench;

/// <summary>One engine's speed in one test on one file.</summary>
/// <param name="Type">The file's quantisation.</param>
/// <param name="Configuration">Which of the engine's was the fastest in a trial; null where <paramref name="Problem"/> says why there is none.</param>
/// <param name="Samples">Tokens a second, a round each.</param>
sealed record Measurement(string Type, SpeedTest Test, string Engine, Configuration? Configuration, IReadOnlyList<double> Samples, string? Problem = null)
{
    /// <summary>Tokens a second; null when there is nothing.</summary>
    public double? Median => Samples.Count == 0 ? null : (Sorted[(Samples.Count - 1) / 2] + Sorted[Samples.Count / 2]) / 2;

    double[] Sorted => [.. Samples.Order()];
}

static class Measurements
{
    /// <summary>How much faster the first engine is than the fastest other one in the same test; null when there is no other.</summary>
    public static double? Ratio(this IEnumerable<Measurement> all, Measurement ours) =>
        all.Where(m => m.Type == ours.Type && m.Test == ours.Test && m.Engine != ours.Engine).Max(m => m.Median) is { } best ? ours.Median / best : null;
}
