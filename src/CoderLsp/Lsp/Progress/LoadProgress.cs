using CoderLsp.Models.Loading;

namespace CoderLsp.Lsp.Progress;

/// <summary>Shows that a model is being loaded, with a percentage, when that takes longer than one looks.</summary>
sealed class LoadProgress(ProgressReporter reporter, TimeProvider time)
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    readonly Lock _gate = new();
    WorkProgress? _shown;
    long? _began;

    public void Show(ModelState state, string name)
    {
        lock (_gate)
        {
            if (state.Phase != ModelPhase.Loading)
            {
                _shown?.Dispose();
                (_shown, _began) = (null, null);
                return;
            }
            _began ??= time.GetTimestamp();
            if (_shown is null && time.GetElapsedTime(_began.Value) < Patience) return;
            _shown ??= reporter.Begin($"Loading {name}", cancellable: false, withPercentage: true);
            _shown.Report(null, state.Percent);
        }
    }
}
