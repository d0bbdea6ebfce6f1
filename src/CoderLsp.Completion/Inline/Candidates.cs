namespace CoderLsp.Completion.Inline;

/// <summary>Several suggestions for one place, for a user who asks for them. The prompt is computed once; each costs its generation only.</summary>
static class Candidates
{
    /// <summary>How long to look for others after the first one: someone waits.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    // A sure model says the same at every try.
    const int MostTries = 6;
    const float Temperature = 0.8f;

    /// <summary>
    /// The most probable one first, then others that say something else, the surer ones first. With time left, the same place always
    /// gives the same ones: the seeds are the numbers of the tries.
    /// </summary>
    /// <param name="suggest">Null for nothing worth showing; without sampling, the most probable one.</param>
    /// <param name="time">For all but the first.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<IReadOnlyList<InlineSuggestion>> CollectAsync(
        int wanted, Func<InfillSampling?, CancellationToken, Task<InlineSuggestion?>> suggest, TimeSpan time, CancellationToken cancellation)
    {
        var found = new List<InlineSuggestion>();
        if (await suggest(null, cancellation).ConfigureAwait(false) is { } best) found.Add(best);
        if (wanted <= 1) return found;

        var firstOther = found.Count;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(time);
        try
        {
            for (var seed = 1; seed <= Math.Max(MostTries, wanted) && found.Count < wanted; seed++)
                if (await suggest(new(Temperature, (ulong)seed), limited.Token).ConfigureAwait(false) is { } other
                    && !found.Exists(earlier => Says(earlier).SequenceEqual(Says(other))))
                    found.Add(other);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The time is spent: what was found is the answer.
        }
        found.Sort(firstOther, found.Count - firstOther, Comparer<InlineSuggestion>.Create((a, b) => b.Confidence.CompareTo(a.Confidence)));
        return found;

        static ReadOnlySpan<char> Says(InlineSuggestion suggestion) => suggestion.Text.AsSpan().Trim();
    }
}
