using CoderLsp.Lsp.Inline;
using CoderLsp.Lsp.Status;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp.Background;

/// <summary>
/// What is done for the requests to come while nobody waits for anything: when no message has come for a moment, with the model that is in
/// memory already, not on a battery, and within the processor time that the settings allow. It gives way to all other work.
/// </summary>
sealed class BackgroundWork
{
    /// <summary>So long without a message nobody is typing.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(0.15);

    readonly ModelHost _models;
    readonly Governor _governor;
    readonly SuggestionAnswers _suggestions;
    readonly PromptsAhead _prompts;
    readonly ServerStatus _status;
    readonly Session _session;
    readonly ServerServices _services;
    readonly CpuPace _pace;
    readonly ITimer _timer;
    readonly Lock _gate = new();
    CancellationTokenSource? _running;
    bool _again;

    public BackgroundWork(
        ModelHost models, Governor governor, SuggestionAnswers suggestions, PromptsAhead prompts, ServerStatus status, Session session, ServerServices services)
    {
        (_models, _governor, _suggestions, _prompts, _status, _session, _services) = (models, governor, suggestions, prompts, status, session, services);
        _pace = new(session, services.Time);
        _timer = services.Time.CreateTimer(_ => Begin(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        session.Closing.Register(_timer.Dispose);
        status.WorkBegan += GiveWay;
        models.Ready += Disturb;
    }

    /// <summary>Something has happened, a message was handled: the time without anything begins anew.</summary>
    public void Disturb()
    {
        if (!_session.Closing.IsCancellationRequested) _timer.Change(Idle, Timeout.InfiniteTimeSpan);
    }

    void GiveWay()
    {
        CancellationTokenSource? running;
        lock (_gate)
        {
            running = _running;
            _again = false;
        }
        running?.Cancel();
    }

    void Begin()
    {
        CancellationTokenSource mine;
        lock (_gate)
        {
            // What runs goes on, and looks then whether there is something new to do.
            _again = true;
            if (_running is not null) return;
            _running = mine = new();
        }
        _ = Task.Run(() => RunAsync(mine), CancellationToken.None);
    }

    async Task RunAsync(CancellationTokenSource mine)
    {
        using var byEnd = _session.Closing.Register(mine.Cancel);
        try
        {
            while (TakeAgain()) await RunOnceAsync(mine.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It gave way.
        }
        catch (Exception error)
        {
            // Not its message, which may hold the user's text. Whoever asks the same in earnest is told what is wrong.
            _services.Log(LogLevel.Debug, $"Work ahead failed: {error.GetType().Name}");
        }
        bool again;
        lock (_gate) (_running, again) = (null, _again);
        if (again) Begin();
    }

    bool TakeAgain()
    {
        lock (_gate)
        {
            var again = _again;
            _again = false;
            return again;
        }
    }

    async Task RunOnceAsync(CancellationToken cancellation)
    {
        if (!_session.Settings.Background.Enabled || _status.IsWorking || _services.OnBattery()) return;
        using var model = _models.TryLeaseCompletion();
        if (model is null) return; // for this alone none is loaded
        if (!model.Model.IsMeasured)
            await _pace.StepAsync(TimeSpan.Zero, model.Model.Threads, () => model.Model.MeasureAsync(cancellation), cancellation).ConfigureAwait(false);
        _governor.Fit(model.Model);
        while (_suggestions.NextAhead() is { } next)
            await _pace.StepAsync(TimeSpan.Zero, model.Model.Threads, () => _suggestions.ComputeAheadAsync(next, cancellation), cancellation).ConfigureAwait(false);
        await _prompts.RunAsync(model.Model, _pace, cancellation).ConfigureAwait(false);
    }
}
