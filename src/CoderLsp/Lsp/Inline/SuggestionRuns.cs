using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;

namespace CoderLsp.Lsp.Inline;

/// <summary>
/// What is being computed, and for whom. A computation that nobody waits for any more goes on for a moment if the user types along with it,
/// since the next request will want it. Else it ends: at once when the document has become another one, or when something else is to be computed.
/// </summary>
sealed class SuggestionRuns(TimeProvider time)
{
    /// <summary>
    /// How long a computation goes on without anybody who waits for it, when what was typed meanwhile agrees with it: editors wait up to
    /// 0.2 s before they ask again.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    /// <summary>The same when nothing was typed. A key's cancellation may come right before its change; that of a user who has left is for good.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(10);

    readonly Lock _gate = new();
    readonly List<SuggestionRun> _runs = [];

    /// <summary>Whether what is being computed may become a request's answer.</summary>
    public bool MayAnswer(InlineRequest request)
    {
        lock (_gate) return _runs.Exists(run => run.Growing.MayAnswer(request));
    }

    /// <summary>Waits for what may become a request's answer, or else begins to compute that, and ends what nobody waits for.</summary>
    /// <param name="wait">What ends the wait.</param>
    public SuggestionRun Join(InlineRequest request, Func<SuggestionRun, Task<IReadOnlyList<InlineSuggestion>?>> compute, CancellationToken wait)
    {
        SuggestionRun? run;
        List<SuggestionRun> unwanted = [];
        lock (_gate)
        {
            run = _runs.Find(one => one.Growing.MayAnswer(request));
            if (run is null)
            {
                unwanted = _runs.FindAll(one => !one.IsWanted);
                _runs.RemoveAll(unwanted.Contains);
                run = Add(request, compute);
            }
            run.Waiting.Add(wait);
            run.IsTypedAlong = false;
            run.Unwanted?.Dispose();
            run.Unwanted = null;
        }
        foreach (var one in unwanted) one.End();
        return run;
    }

    /// <summary>Begins to compute what nobody waits for.</summary>
    public SuggestionRun Begin(InlineRequest request, Func<SuggestionRun, Task<IReadOnlyList<InlineSuggestion>?>> compute)
    {
        lock (_gate) return Add(request, compute);
    }

    /// <summary>Somebody who joined does not wait any more.</summary>
    public void Leave(SuggestionRun run, CancellationToken wait)
    {
        lock (_gate)
        {
            run.Waiting.Remove(wait);
            if (run.Waiting.Count == 0 && !run.Result.IsCompleted)
                run.Unwanted = time.CreateTimer(_ => EndUnlessWanted(run), null, run.IsTypedAlong ? Patience : Grace, Timeout.InfiniteTimeSpan);
        }
    }

    public void EndUnlessWanted(SuggestionRun run)
    {
        lock (_gate)
        {
            if (run.Waiting.Count > 0) return;
            _runs.Remove(run);
        }
        run.End();
    }

    /// <summary>The document has another text now; null: it is closed, or nobody knows what is in it.</summary>
    public void Changed(string uri, TextSnapshot? now)
    {
        List<SuggestionRun> ended;
        lock (_gate)
        {
            ended = [.. _runs.Where(run => run.Request.Snapshot.Uri == uri && (now is null || !run.Growing.GoesAlong(now)))];
            _runs.RemoveAll(ended.Contains);
            foreach (var run in _runs.Where(run => run.Request.Snapshot.Uri == uri))
            {
                run.IsTypedAlong = true;
                run.Unwanted?.Change(Patience, Timeout.InfiniteTimeSpan);
            }
        }
        foreach (var run in ended) run.End();
    }

    SuggestionRun Add(InlineRequest request, Func<SuggestionRun, Task<IReadOnlyList<InlineSuggestion>?>> compute)
    {
        var run = new SuggestionRun(request, new());
        _runs.Add(run);
        // Not on this thread, which the next message waits for.
        run.Result = Task.Run(() => CompleteAsync(run, compute), CancellationToken.None);
        return run;
    }

    async Task<IReadOnlyList<InlineSuggestion>?> CompleteAsync(SuggestionRun run, Func<SuggestionRun, Task<IReadOnlyList<InlineSuggestion>?>> compute)
    {
        try
        {
            return await compute(run).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _runs.Remove(run);
                run.Unwanted?.Dispose();
            }
        }
    }
}
