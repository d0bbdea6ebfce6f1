namespace CoderLsp.Doctor;

/// <summary>How fast a model is, and whether that is enough to suggest while somebody types.</summary>
/// <param name="Prompt">Tokens a second; null where too few for a measurement were done in time.</param>
/// <param name="Decode">The same of generating.</param>
sealed record ModelPace(double? Prompt, double? Decode)
{
    // A changed line costs some 20 tokens of prompt and 8 generated ones: below these it takes well over a second.
    const double LeastPrompt = 60, LeastDecode = 8;

    /// <summary>A measurement takes about a second of a fast model, and this of a slow one.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.5);

    public Finding Judge()
    {
        var text = $"{Shown(Prompt)} tokens/s of a prompt, {Shown(Decode)} generated";
        return Prompt >= LeastPrompt && Decode >= LeastDecode ? Finding.Ok("speed", text + ".")
            : Finding.Warning("speed", text + ": suggestions will come late.",
                "Use a smaller model or one of fewer bits for each weight (setting 'model'), and end other programs that compute.");
    }

    /// <summary>Measures with more and more tokens, until it took long enough to tell.</summary>
    /// <param name="time">How long this number of tokens takes.</param>
    /// <returns>Tokens a second; null when not even <paramref name="first"/> tokens were done within <paramref name="limit"/>.</returns>
    public static async Task<double?> MeasureAsync(
        int first, int most, Func<int, CancellationToken, Task<TimeSpan>> time, TimeSpan limit, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(limit);
        double? speed = null;
        try
        {
            for (var count = Math.Min(first, most); ; count = Math.Min(most, count * 4))
            {
                var took = await time(count, limited.Token);
                speed = count / took.TotalSeconds;
                if (count == most || took >= Enough) return speed;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return speed;
        }
    }

    static string Shown(double? speed) => speed is { } known ? $"{known:0.#}" : "hardly any";
}
