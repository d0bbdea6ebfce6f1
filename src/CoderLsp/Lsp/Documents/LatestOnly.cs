namespace CoderLsp.Lsp.Documents;

/// <summary>Of the requests that come here only the latest is wanted: a new one cancels the one before.</summary>
sealed class LatestOnly
{
    CancellationTokenSource? _latest;

    /// <summary>Cancels the earlier request and gives the new one its source, which it may also cancel itself.</summary>
    public CancellationTokenSource Next()
    {
        // Never disposed: they have no timer, and a computation that was given up may still look at its token.
        var mine = new CancellationTokenSource();
        Interlocked.Exchange(ref _latest, mine)?.Cancel();
        return mine;
    }

    public void Cancel() => Interlocked.Exchange(ref _latest, null)?.Cancel();
}
