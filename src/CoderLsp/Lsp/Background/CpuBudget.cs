namespace CoderLsp.Lsp.Background;

/// <summary>
/// Bounds the processor time of work that nobody waits for: a share of one core, averaged over any ten seconds. For one thread at a time.
/// </summary>
sealed class CpuBudget(TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    readonly Queue<(long Ended, TimeSpan Spent)> _spent = [];

    /// <summary>How long to wait until so much more may be spent; what alone is more than a window's share needs an empty window.</summary>
    /// <param name="share">Of one core, above 0.</param>
    public TimeSpan WaitFor(TimeSpan next, double share)
    {
        var now = time.GetTimestamp();
        while (_spent.TryPeek(out var old) && time.GetElapsedTime(old.Ended, now) >= Window) _spent.Dequeue();
        var left = Window * share - next;
        var wait = TimeSpan.Zero;
        // The oldest go first: until what is left of them fits.
        var kept = TimeSpan.FromTicks(_spent.Sum(one => one.Spent.Ticks));
        foreach (var (ended, spent) in _spent)
        {
            if (kept <= left) break;
            wait = Window - time.GetElapsedTime(ended, now);
            kept -= spent;
        }
        return wait;
    }

    public void Spend(TimeSpan spent) => _spent.Enqueue((time.GetTimestamp(), spent));
}
