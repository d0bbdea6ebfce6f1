namespace CoderLsp.Inference.Generation.Speculation;

/// <summary>
/// How many tokens to draft: as many as give the most tokens a second, by what batches have cost here and how often drafts came true. Of k
/// drafted tokens, each as the model chooses with probability p, a batch gives 1 + p + … + p^k tokens.
/// </summary>
sealed class DraftPolicy
{
    /// <summary>Most tokens of a draft.</summary>
    public const int MostDrafted = 7;

    const int LongMatch = 6;

    // Where drafts do not pay, one in so many that could be made is made to see whether that is still so.
    const int ProbeInterval = 64;

    const double CostMemory = 0.1, RateMemory = 0.04;

    readonly double[] _seconds = new double[MostDrafted + 2]; // of a batch of so many tokens; 0 is not known
    readonly double[] _rates = [0.5, 0.8]; // how often a token comes true behind a short match, and a long one
    int _declined;

    /// <summary>How many tokens to draft of those that could be; 0 for none.</summary>
    public int Choose(int matched, int available)
    {
        if (available == 0) return 0;
        var rate = _rates[Kind(matched)];
        var (best, bestSpeed) = (0, 1 / Seconds(1));
        double tokens = 1, power = 1;
        for (var drafted = 1; drafted <= Math.Min(available, MostDrafted); drafted++)
        {
            tokens += power *= rate;
            if (tokens / Seconds(1 + drafted) > bestSpeed) (best, bestSpeed) = (drafted, tokens / Seconds(1 + drafted));
        }

        if (best > 0) return best;
        if (++_declined < ProbeInterval) return 0;
        _declined = 0;
        return 1;
    }

    /// <summary>Learns what became of a draft.</summary>
    /// <param name="accepted">How many of its first tokens the model chose, too.</param>
    public void Learn(int matched, int drafted, int accepted)
    {
        ref var rate = ref _rates[Kind(matched)];
        for (var i = 0; i < Math.Min(accepted + 1, drafted); i++) rate += RateMemory * ((i < accepted ? 1 : 0) - rate);
    }

    /// <summary>Learns what a batch took. One that others interrupted took longer: no single one counts for much.</summary>
    public void LearnCost(int tokens, TimeSpan time)
    {
        ref var known = ref _seconds[tokens];
        var seconds = Math.Max(time.TotalSeconds, 1e-9);
        known = known == 0 ? seconds : known + CostMemory * (Math.Min(seconds, 2 * known) - known);
    }

    // Of a size not seen yet a little is expected, so that it is tried.
    double Seconds(int tokens) => _seconds[tokens] > 0 ? _seconds[tokens] : (_seconds[1] > 0 ? _seconds[1] : 1) * (1 + 0.1 * (tokens - 1));

    static int Kind(int matched) => matched < LongMatch ? 0 : 1;
}
