using CoderLsp.Completion.Inline;
using CoderLsp.Models.Loading;

namespace CoderLsp.Lsp.Inline;

/// <summary>Fits what suggestions cost to the speed of the model on this machine, so that they come within <c>inline.latencyTargetMs</c>.</summary>
sealed class Governor(Session session)
{
    // Idle time that a prompt may take to be computed: who stays longer than that at one place is rare.
    static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(1);

    /// <summary>Tells the model's completer; nothing while the speed is not known.</summary>
    public void Fit(LoadedCompletion model)
    {
        var settings = session.Settings;
        var share = settings.Background.Enabled ? Math.Min(1, settings.Background.MaxCpuPercent / 100.0 / model.Threads) : 0;
        model.Completer.Effort = model.Speed is { } speed
            ? Effort.Fit(speed, TimeSpan.FromMilliseconds(settings.Inline.LatencyTargetMs), IdleTime * share) : null;
    }

    /// <summary>How long an automatic request waits before it is computed.</summary>
    /// <param name="model">Null while none is loaded.</param>
    public TimeSpan Debounce(LoadedCompletion? model) =>
        session.Settings.Inline.DebounceMs is { } given ? TimeSpan.FromMilliseconds(given) : model?.Completer.Effort?.Debounce ?? TimeSpan.Zero;
}
