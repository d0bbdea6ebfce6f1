using System.Diagnostics;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Inline.Memory;
using CoderLsp.Lsp.Status;
using CoderLsp.Models.Loading;

namespace CoderLsp.Lsp.Inline;

/// <summary>
/// Answers requests from memory, or from what is being computed where the user types along with it, or else computes the answer; and ahead
/// what will be asked when a suggestion is taken.
/// </summary>
sealed class SuggestionAnswers
{
    readonly ModelHost _models;
    readonly Governor _governor;
    readonly Session _session;
    readonly ServerStatus _status;
    readonly TimeProvider _time;
    readonly SuggestionRuns _runs;
    readonly ShownSuggestions _shown = new();
    readonly Lock _gate = new();
    readonly WeakReference<LoadedCompletion?> _model = new(null); // weak: an unloaded one shall leave memory
    SuggestionMemory _memory = new();

    public SuggestionAnswers(ModelHost models, Governor governor, Session session, ServerStatus status, TimeProvider time)
    {
        (_models, _governor, _session, _status, _time, _runs) = (models, governor, session, status, time, new(time));
        session.SettingsChanged += _ => Volatile.Write(ref _memory, new());
    }

    /// <summary>The suggestions for a request; null when there is no model.</summary>
    /// <param name="cancellation">Ends the wait. Whether it ends the work is the next requests' matter.</param>
    public async Task<IReadOnlyList<InlineSuggestion>?> AnswerAsync(InlineRequest request, CancellationToken cancellation)
    {
        if (_shown.HasTakenLines(request)) request = request with { AfterLines = true };
        var waited = request.Trigger == InlineTrigger.Invoked;
        while (true)
        {
            if (Volatile.Read(ref _memory).Recall(request) is { } known)
            {
                _status.Suggestions.AddFromMemory();
                return Shown(request, known);
            }
            if (!waited && !_runs.MayAnswer(request))
            {
                waited = true;
                var debounce = _governor.Debounce(_models.PeekCompletion);
                if (debounce > TimeSpan.Zero) await Task.Delay(debounce, _time, cancellation).ConfigureAwait(false);
            }
            var run = _runs.Join(request, Computing(), cancellation);
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
                _runs.Leave(run, cancellation);
            }
        }
    }

    /// <summary>What will be asked when the last suggestion is taken, behind it or, where nothing follows there, on the next line; null where that is known.</summary>
    public InlineRequest? NextAhead()
    {
        if (_shown.Next is not { } behind || !_session.Settings.Inline.EnabledFor(behind.Snapshot.LanguageId)) return null;
        var memory = Volatile.Read(ref _memory);
        if (memory.Recall(behind) is not { } there) return behind;
        return there.Count == 0 && NextPlaces.Below(behind) is { } below && memory.Recall(below) is null ? below : null;
    }

    /// <summary>Computes what nobody waits for yet, so that it is remembered.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or something else is to be computed.</exception>
    public async Task ComputeAheadAsync(InlineRequest request, CancellationToken cancellation)
    {
        var run = _runs.Begin(request, Computing());
        // Somebody may wait for it by then: he goes on waiting.
        using var ending = cancellation.Register(() => _runs.EndUnlessWanted(run));
        await run.Result.ConfigureAwait(false);
    }

    /// <inheritdoc cref="SuggestionRuns.Changed"/>
    public void Changed(string uri, TextSnapshot? now)
    {
        _runs.Changed(uri, now);
        _shown.Changed(uri, now);
    }

    /// <summary>Forgets a document that was closed.</summary>
    public void Forget(string uri) => Volatile.Read(ref _memory).Forget(uri);

    IReadOnlyList<InlineSuggestion>? Shown(InlineRequest request, IReadOnlyList<InlineSuggestion>? found)
    {
        _shown.Show(request, found);
        return found;
    }

    /// <summary>Computes, and remembers it where suggestions are remembered now: those under later settings are others.</summary>
    Func<SuggestionRun, Task<IReadOnlyList<InlineSuggestion>?>> Computing()
    {
        var memory = Volatile.Read(ref _memory);
        return run => ComputeAsync(run, memory);
    }

    async Task<IReadOnlyList<InlineSuggestion>?> ComputeAsync(SuggestionRun run, SuggestionMemory memory)
    {
        using var byEnd = _session.Closing.Register(run.End);
        long? began = null;
        try
        {
            using var model = await _models.LeaseCompletionAsync(run.Ended).ConfigureAwait(false);
            if (model is null) return null;
            memory = MemoryOf(model.Model, memory);
            _governor.Fit(model.Model);
            began = Stopwatch.GetTimestamp();
            using var working = run.Request.Ahead ? null : _status.Working();
            var found = await model.Model.Completer.CompleteAllAsync(run.Request, run.Ended, run.Growing.Grow).ConfigureAwait(false);
            run.Ended.ThrowIfCancellationRequested();
            if (run.Growing.Abandoned) throw new OperationCanceledException();
            memory.Add(run.Request, found);
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
    }

    /// <summary>Where a model's suggestions are remembered: another one, perhaps of the same name, knows nothing of those before.</summary>
    SuggestionMemory MemoryOf(LoadedCompletion model, SuggestionMemory memory)
    {
        lock (_gate)
        {
            if (_model.TryGetTarget(out var last) && last == model) return memory;
            _model.SetTarget(model);
            if (memory != _memory) return memory; // the settings have changed meanwhile
            var fresh = new SuggestionMemory();
            Volatile.Write(ref _memory, fresh);
            return fresh;
        }
    }
}
