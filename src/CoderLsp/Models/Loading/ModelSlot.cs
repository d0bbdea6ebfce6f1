namespace CoderLsp.Models.Loading;

/// <summary>
/// A place for one model, which is loaded when somebody asks for it, shared by all who do, and leaves memory when nobody used it for a while.
/// A model that is in use is never disposed. May be used from any thread.
/// </summary>
/// <param name="changed">Hears of every change of <see cref="State"/>, in order. Called under the slot's lock: it must be quick.</param>
sealed class ModelSlot<T>(TimeProvider clock, Action<ModelState> changed) : IDisposable where T : class
{
    // How long a change of the files may stay unnoticed: requests come with every key.
    static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    Occupant? _current;
    TimeSpan? _idle;
    bool _disposed;

    public ModelState State { get; private set; } = ModelState.Unloaded;

    /// <summary>The model if it is in memory, for a look at it; it may be disposed at any moment.</summary>
    public T? Peek => _current?.Model;

    /// <summary>
    /// What the next request gets. A model of another plan is disposed when its last lease ends. The same plan changes nothing, but that
    /// loading is tried again if it failed.
    /// </summary>
    /// <param name="plan">Null: the slot stays empty, and <see cref="GetAsync"/> returns null.</param>
    /// <param name="idle">After so long without a lease the model leaves memory; null: never.</param>
    public void Replace(ModelPlan<T>? plan, TimeSpan? idle)
    {
        T? unused = null;
        lock (_lock)
        {
            if (_disposed) return;
            _idle = idle;
            if (_current is { } same && same.Plan.Identity.Equals(plan?.Identity) && same.Problem is null)
            {
                if (same is { Model: not null, Users: 0 }) StartIdleTimer(same);
                return;
            }

            unused = Retire();
            _current = plan is null ? null : new(plan);
            Report(ModelState.Unloaded);
        }

        Dispose(unused);
    }

    /// <summary>The model, which is loaded first if need be; null when there is none to load. Whoever gets it disposes of the lease.</summary>
    /// <exception cref="ModelUnavailableException">It cannot be loaded.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; loading goes on for the others.</exception>
    public async Task<ModelLease<T>?> GetAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            await LookAtFilesAsync(cancellation).ConfigureAwait(false);
            Occupant occupant;
            Task loading;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_current is null) return null;
                occupant = _current;
                occupant.Users++; // a waiter holds the model too, so that it cannot go between loading and lease
                StopIdleTimer(occupant);
                occupant.Awaited.Cancel();
                if (occupant.Loading is null) StartLoading(occupant);
                loading = occupant.Loading!.Task; // taken here: the next caller may begin anew
            }

            try
            {
                await loading.WaitAsync(cancellation).ConfigureAwait(false);
                lock (_lock)
                    if (occupant is { Retired: false, Model: { } model })
                    {
                        var lease = new ModelLease<T>(model, () => Release(occupant));
                        occupant.Users++; // the lease's own; the waiter's ends below
                        return lease;
                    }
                    else if (!occupant.Retired && occupant.Problem is { } problem) throw new ModelUnavailableException(problem, occupant.Error!);
                // Replaced while it was loaded: the request wants what replaced it.
            }
            finally
            {
                Release(occupant);
            }
        }
    }

    /// <summary>The model if it is in memory, else null. Whoever gets it disposes of the lease.</summary>
    public ModelLease<T>? TryGet()
    {
        lock (_lock)
        {
            if (_disposed || _current is not { Model: { } model } occupant) return null;
            occupant.Users++;
            StopIdleTimer(occupant);
            return new(model, () => Release(occupant));
        }
    }

    /// <summary>Begins to load, if there is something to load and that was not done yet, so that the first request waits less.</summary>
    public void Preload()
    {
        lock (_lock)
            if (!_disposed && _current is { Loading: null } occupant) StartLoading(occupant);
    }

    /// <summary>Empties the slot for good. Leased models are disposed when their leases end.</summary>
    public void Dispose()
    {
        T? unused;
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            unused = Retire();
            _current = null;
        }

        Dispose(unused);
    }

    /// <summary>Empties the slot for a new try if the files are others than those of the model, or of its failure.</summary>
    Task LookAtFilesAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_current is not { Loading.Task.IsCompleted: true } occupant || clock.GetElapsedTime(occupant.Looked) < LookInterval) return Task.CompletedTask;
            occupant.Looked = clock.GetTimestamp();
            var (model, problem, stamp) = (occupant.Model, occupant.Problem, occupant.Stamp);
            // Neither under the lock nor on the caller's thread, which may be the connection's: a disk may be slow.
            return Task.Run(() => LookAtFiles(occupant, model, problem, stamp), CancellationToken.None).WaitAsync(cancellation);
        }
    }

    void LookAtFiles(Occupant occupant, T? model, ModelProblem? problem, object? stamp)
    {
        if (model is null ? Equals(occupant.Plan.Stamp(), stamp) : !occupant.Plan.HasChanged(model)) return;
        T? unused;
        lock (_lock)
        {
            if (_current != occupant || occupant.Model != model || occupant.Problem != problem) return;
            unused = Retire();
            _current = new(occupant.Plan);
            Report(ModelState.Unloaded);
        }

        Dispose(unused);
    }

    void StartLoading(Occupant occupant)
    {
        occupant.Loading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Report(new(ModelPhase.Loading));
        // A thread of its own: loading computes and reads for long, and the pool has two threads on a small machine.
        new Thread(() => Load(occupant)) { Name = "model loader", IsBackground = true }.Start();
    }

    void Load(Occupant occupant)
    {
        T? model = null;
        Exception? error = null;
        // Before loading: a file that is corrected while it is being read counts as changed.
        var stamp = occupant.Plan.Stamp();
        try
        {
            model = occupant.Plan.Load(percent => Progress(occupant, percent), occupant.NotWanted.Token);
            WarmUp(occupant, model);
        }
        catch (Exception e) // is told to everybody who asks for the model
        {
            error = e;
            Dispose(model);
            model = null;
        }

        lock (_lock)
        {
            if (!occupant.Retired)
            {
                (occupant.Model, occupant.Error, occupant.Stamp, occupant.Looked) = (model, error, stamp, clock.GetTimestamp());
                occupant.Problem = error is null ? null : ModelProblem.Of(error, occupant.Plan.Setting);
                Report(error is null ? ModelState.Ready : new(ModelPhase.Failed, Problem: occupant.Problem));
                if (occupant.Users == 0) StartIdleTimer(occupant);
                model = null;
            }

            occupant.Loading!.TrySetResult();
        }

        Dispose(model);
    }

    static void WarmUp(Occupant occupant, T model)
    {
        try
        {
            if (!occupant.Awaited.IsCancellationRequested) occupant.Plan.WarmUp?.Invoke(model, occupant.Awaited.Token);
        }
        catch (OperationCanceledException) when (occupant.Awaited.IsCancellationRequested)
        {
            // The request that waits does the same.
        }
    }

    void Progress(Occupant occupant, int percent)
    {
        lock (_lock)
            if (!occupant.Retired && occupant.Model is null && State.Percent != percent) Report(new(ModelPhase.Loading, percent));
    }

    void Release(Occupant occupant)
    {
        T? unused = null;
        lock (_lock)
        {
            if (--occupant.Users > 0) return;
            if (occupant.Retired) (unused, occupant.Model) = (occupant.Model, null);
            else StartIdleTimer(occupant);
        }

        Dispose(unused);
    }

    void StartIdleTimer(Occupant occupant)
    {
        StopIdleTimer(occupant);
        if (_idle is not { } idle || occupant.Model is null) return;
        var rest = occupant.Rests;
        occupant.Timer = clock.CreateTimer(_ => Unload(occupant, rest), null, idle, Timeout.InfiniteTimeSpan);
    }

    static void StopIdleTimer(Occupant occupant)
    {
        occupant.Rests++;
        occupant.Timer?.Dispose();
        occupant.Timer = null;
    }

    void Unload(Occupant occupant, int rest)
    {
        T? unused;
        lock (_lock)
        {
            // A timer that fired while it was stopped comes too late.
            if (occupant.Rests != rest) return;
            StopIdleTimer(occupant);
            unused = occupant.Model;
            occupant.Forget();
            Report(ModelState.Unloaded);
        }

        Dispose(unused);
    }

    /// <summary>Takes the current occupant out; returns its model if nobody uses it.</summary>
    T? Retire()
    {
        if (_current is not { } occupant) return null;
        occupant.Retired = true;
        StopIdleTimer(occupant);
        occupant.NotWanted.Cancel();
        occupant.Awaited.Cancel();
        occupant.Loading?.TrySetResult();
        if (occupant.Users > 0) return null;
        var unused = occupant.Model;
        occupant.Model = null;
        return unused;
    }

    void Report(ModelState state)
    {
        if (State == state) return;
        State = state;
        changed(state);
    }

    static void Dispose(T? model)
    {
        if (model is null) return;
        (model as IDisposable)?.Dispose();
        // What belonged to it is garbage now. Aggressive would give back little more and take twice as long, while somebody may be typing.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Optimized, blocking: false);
    }

    /// <summary>A plan, and what became of it. Guarded by the slot's lock.</summary>
    sealed class Occupant(ModelPlan<T> plan)
    {
        public ModelPlan<T> Plan { get; } = plan;

        /// <summary>Ends when the model is there, or failed, or is not wanted any more; null when nobody asked for it.</summary>
        public TaskCompletionSource? Loading { get; set; }

        public CancellationTokenSource NotWanted { get; } = new();

        /// <summary>Cancelled when somebody wants the model.</summary>
        public CancellationTokenSource Awaited { get; } = new();
        public T? Model { get; set; }
        public ModelProblem? Problem { get; set; }
        public Exception? Error { get; set; }

        /// <summary>Of the plan, before it was loaded.</summary>
        public object? Stamp { get; set; }

        /// <summary>When the files were last looked at: a timestamp of the clock.</summary>
        public long Looked { get; set; }

        /// <summary>Leases, and those who wait for one.</summary>
        public int Users { get; set; }
        public bool Retired { get; set; }
        public ITimer? Timer { get; set; }

        /// <summary>Times that it was idle or stopped being so: tells one timer from the next.</summary>
        public int Rests { get; set; }

        public void Forget() => (Loading, Model, Problem, Error, Stamp) = (null, null, null, null, null);
    }
}
