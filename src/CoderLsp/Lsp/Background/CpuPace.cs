namespace CoderLsp.Lsp.Background;

/// <summary>Does work in steps, and waits between them as <c>background.maxCpuPercent</c> demands. For one thread at a time.</summary>
sealed class CpuPace(Session session, TimeProvider time)
{
    readonly CpuBudget _budget = new(time);

    /// <summary>Waits until the step may be done, and does it.</summary>
    /// <param name="expected">Processor time that the step will take, as far as that is known.</param>
    /// <param name="threads">Threads that it computes on.</param>
    /// <returns>Processor time that it took.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<TimeSpan> StepAsync(TimeSpan expected, int threads, Func<Task> step, CancellationToken cancellation)
    {
        while (_budget.WaitFor(expected, session.Settings.Background.MaxCpuPercent / 100.0) is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
        var began = time.GetTimestamp();
        try
        {
            await step().ConfigureAwait(false);
        }
        finally
        {
            _budget.Spend(time.GetElapsedTime(began) * threads);
        }
        return time.GetElapsedTime(began) * threads;
    }
}
