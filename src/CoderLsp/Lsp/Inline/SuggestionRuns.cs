using System.Diagnostics;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Inline.Memory;
using CoderLsp.Lsp.Status;
using CoderLsp.Models.Loading;

namespace CoderLsp.Lsp.Inline;

/// <summary>
/// Answers requests from memory, or from what is being computed where the user types along with it, or else computes the answer.
/// A computation that nobody waits for any more goes on for a moment if the user types along with it, since the next request will want it.
/// Else it ends: at once when the document has become another one, or when something else is to be computed.
/// </summary>
sealed class SuggestionRuns
{
    /// <summary>
    /// How long a computation goes on without anybody who waits for it, when what was typed meanwhile agrees with it: editors wait up to
    /// 0.2 s before they ask again.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    /// <summary>The same when nothing was typed. A key's cancellation may come right before its change; that of a user who has left is for good.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(10);

    readonly ModelHost _models;
    readonly Governor _governor;
    readonly Session _session;
    readonly ServerStatus _status;
    readonly TimeProvider _time;
    readonly Lock _gate = new();
    readonly List<Run> _runs = [];
    readonly WeakReference<LoadedCompletion?> _model = new(null); // weak: an unloaded one shall leave memory
    SuggestionMemory _memory = new();
    (InlineRequest Request, InlineSuggestion Item)? _shown;

    public SuggestionRuns(ModelHost models, Governor governor, Session session, ServerStatus status, TimeProvider time)
    {
        (_models, _governor, _session, _status, _time) = (models, governor, session, status, time);
        session.SettingsChanged += _ => Volatile.Write(ref _memory, new());
    }

    /// <summary>What is being computed.</summary>
    /// <param name="ending">Never disposed: it has no timer, and who was given up may still look at its token.</param>
    sealed class Run(InlineRequest request, SuggestionMemory memory, CancellationTokenSource ending)
    {
        public InlineRequest Request => request;
        public SuggestionMemory Memory { get; set; } = memory;
        public GrowingSuggestion Growing { get; } = new(request);
        public Task<IReadOnlyList<InlineSuggestion>?> Result { get; set; } = null!;

        /// <summary>Of each request that waits, what ends its wait.</summary>
        public List<CancellationToken> Waiting { get; } = [];

        /// <summary>Whether the user has typed along with it since somebody last began to wait.</summary>
        public bool IsTypedAlong { get; set; }

        /// <summary>Ends it, as long as nobody waits.</summary>
        public ITimer? Unwanted { get; set; }
        public CancellationToken Ended => ending.Token;

        /// <summary>Whether somebody waits for it still.</summary>
        public bool IsWanted => Waiting.Exists(wait => !wait.IsCancellationRequested);

        public void End() => ending.Cancel();
    }

    /// <summary>The suggestions for a request; null when there is no model.</summary>
    /// <param name="cancellation">Ends the wait. Whether it ends the work is the next requests' matter.</param>
    public async Task<IReadOnlyList<InlineSuggestion>?> AnswerAsync(InlineRequest request, CancellationToken cancellation)
    {
        var waited = request.Trigger == InlineTrigger.Invoked;
        while (true)
        {
            if (Volatile.Read(ref _memory).Recall(request) is { } known)
            {
                _status.Suggestions.AddFromMemory();
                return Shown(request, known);
            }
            if (!waited && !IsRunningFor(request))
            {
                waited = true;
                var debounce = _governor.Debounce(_models.PeekCompletion);
                if (debounce > TimeSpan.Zero) await Task.Delay(debounce, _time, cancellation).ConfigureAwait(false);
            }
            var run = Enter(request, cancellation);
            try
            {
                var found = await run.Result.WaitAsync(cancellation).ConfigureAwait(false);
                if (run.Request == request) return Shown(request, found);
                // Another's: if it came out as hoped, it is remembered by now.
            }
            catch (OperationCanceledException) when (run.Request != request && !cancellation.IsCancellationRequested)
            {
                // Another's, which said something else than what was typed.
            }
            finally
            {
                Leave(run, cancellation);
            }
        }
    }

    /// <summary>What will be asked when the last suggestion is taken, behind it or, where nothing follows there, on the next line; null where that is known.</summary>
    public InlineRequest? NextAhead()
    {
        (InlineRequest, InlineSuggestion)? shown;
        lock (_gate) shown = _shown;
        if (shown is not var (request, item) || !_session.Settings.Inline.EnabledFor(request.Snapshot.LanguageId)) return null;
        var memory = Volatile.Read(ref _memory);
        var behind = NextPlaces.Behind(request, item);
        if (memory.Recall(behind) is not { } there) return behind;
        return there.Count == 0 && NextPlaces.Below(behind) is { } below && memory.Recall(below) is null ? below : null;
    }

    /// <summary>Computes what nobody waits for yet, so that it is remembered.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or something else is to be computed.</exception>
    public async Task ComputeAheadAsync(InlineRequest request, CancellationToken cancellation)
    {
        Run run;
        lock (_gate) run = Start(request);
        // Somebody may wait for it by then: he goes on waiting.
        using var ending = cancellation.Register(() => EndUnlessWanted(run));
        await run.Result.ConfigureAwait(false);
    }

    IReadOnlyList<InlineSuggestion>? Shown(InlineRequest request, IReadOnlyList<InlineSuggestion>? found)
    {
        lock (_gate) _shown = found is [var first, ..] ? (request, first) : null;
        return found;
    }

    /// <summary>The document has another text now; null: it is closed, or nobody knows what is in it.</summary>
    public void Changed(string uri, TextSnapshot? now)
    {
        List<Run> ended;
        lock (_gate)
        {
            ended = [.. _runs.Where(run => run.Request.Snapshot.Uri == uri && (now is null || !run.Growing.GoesAlong(now)))];
            _runs.RemoveAll(ended.Contains);
            if (_shown?.Request.Snapshot.Uri == uri) _shown = null;
            foreach (var run in _runs.Where(run => run.Request.Snapshot.Uri == uri))
            {
                run.IsTypedAlong = true;
                run.Unwanted?.Change(Patience, Timeout.InfiniteTimeSpan);
            }
        }
        foreach (var run in ended) run.End();
    }

    /// <summary>Forgets a document that was closed.</summary>
    public void Forget(string uri) => Volatile.Read(ref _memory).Forget(uri);

    bool IsRunningFor(InlineRequest request)
    {
        lock (_gate) return _runs.Exists(run => run.Growing.MayAnswer(request));
    }

    Run Enter(InlineRequest request, CancellationToken wait)
    {
        Run? run;
        List<Run> unwanted = [];
        lock (_gate)
        {
            run = _runs.Find(one => one.Growing.MayAnswer(request));
            if (run is null)
            {
                unwanted = _runs.FindAll(one => !one.IsWanted);
                _runs.RemoveAll(unwanted.Contains);
                run = Start(request);
            }
            run.Waiting.Add(wait);
            run.IsTypedAlong = false;
            run.Unwanted?.Dispose();
            run.Unwanted = null;
        }
        foreach (var one in unwanted) one.End();
        return run;
    }

    Run Start(InlineRequest request)
    {
        var run = new Run(request, Volatile.Read(ref _memory), new());
        _runs.Add(run);
        // Not on this thread, which the next message waits for.
        run.Result = Task.Run(() => ComputeAsync(run), CancellationToken.None);
        return run;
    }

    void Leave(Run run, CancellationToken wait)
    {
        lock (_gate)
        {
            run.Waiting.Remove(wait);
            if (run.Waiting.Count == 0 && !run.Result.IsCompleted)
                run.Unwanted = _time.CreateTimer(_ => EndUnlessWanted(run), null, run.IsTypedAlong ? Patience : Grace, Timeout.InfiniteTimeSpan);
        }
    }

    void EndUnlessWanted(Run run)
    {
        lock (_gate)
        {
            if (run.Waiting.Count > 0) return;
            _runs.Remove(run);
        }
        run.End();
    }

    async Task<IReadOnlyList<InlineSuggestion>?> ComputeAsync(Run run)
    {
        using var byEnd = _session.Closing.Register(run.End);
        long? began = null;
        try
        {
            using var model = await _models.LeaseCompletionAsync(run.Ended).ConfigureAwait(false);
            if (model is null) return null;
            ForgetOtherModel(run, model.Model);
            _governor.Fit(model.Model);
            began = Stopwatch.GetTimestamp();
            using var working = run.Request.Ahead ? null : _status.Working();
            var found = await model.Model.Completer.CompleteAllAsync(run.Request, run.Ended, run.Growing.Grow).ConfigureAwait(false);
            run.Ended.ThrowIfCancellationRequested();
            if (run.Growing.Abandoned) throw new OperationCanceledException();
            run.Memory.Add(run.Request, found);
            if (run.Request.Ahead)
            {
                _status.Suggestions.AddAhead();
                return found;
            }
            _status.Suggestions.AddComputed();
            // The time of several candidates says nothing about how long one takes.
            if (run.Request.Trigger == InlineTrigger.Automatic) _status.Pace.Add(Stopwatch.GetElapsedTime(began.Value), cameTooLate: false);
            return found;
        }
        catch (OperationCanceledException)
        {
            if (!run.Request.Ahead) _status.Suggestions.AddCancelled();
            if (began is { } start && !run.Request.Ahead) _status.Pace.Add(Stopwatch.GetElapsedTime(start), cameTooLate: true);
            throw;
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

    // A model's file may be replaced by another one of the same name.
    void ForgetOtherModel(Run run, LoadedCompletion model)
    {
        lock (_gate)
        {
            if (_model.TryGetTarget(out var last) && last == model) return;
            _model.SetTarget(model);
            if (run.Memory != _memory) return; // the settings have changed meanwhile
            run.Memory = new();
            Volatile.Write(ref _memory, run.Memory);
        }
    }
}
