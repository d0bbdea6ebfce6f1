using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels;

/// <summary>Work that a <see cref="ComputePool"/> shares out. Unmanaged, so that threads may share it by address and starting it allocates nothing.</summary>
public interface IParallelJob
{
    /// <summary>Does items <paramref name="first"/> to <paramref name="last"/> − 1. Called on several threads at the same time.</summary>
    /// <param name="worker">0 to <see cref="ComputePool.ThreadCount"/> − 1: whose scratch memory to use.</param>
    void Execute(int worker, int first, int last);
}

/// <summary>
/// A fixed set of threads for short parallel loops, the caller among them. Workers spin between loops (a layer starts one every few
/// dozen microseconds) and park when nothing comes, so that an idle server uses no CPU. Items are taken in chunks off a shared counter:
/// a thread that the system takes away for a while does not hold the others up. One caller at a time.
/// </summary>
public sealed unsafe class ComputePool : IDisposable
{
    // About 100 µs: longer than the gaps inside a forward pass, shorter than a person or a battery notices.
    const int SpinIterations = 2_000;

    readonly Thread[] _workers;
    readonly object _gate = new();
    delegate*<void*, int, int, int, void> _run;
    void* _job;
    int _items, _chunk;
    int _next;      // first item that nobody has taken
    int _running;   // workers that have not finished the current loop
    int _epoch;     // counts the loops
    int _parked;
    volatile bool _stopping;
    volatile Exception? _failure;

    /// <param name="threads">Threads that compute, the caller included; at least 1.</param>
    public ComputePool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ThreadCount = threads;
        _workers = new Thread[threads - 1];
        for (var i = 0; i < _workers.Length; i++)
        {
            var worker = i + 1;
            _workers[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"compute {worker}" };
            _workers[i].Start();
        }
    }

    /// <summary>Threads that compute, the caller included.</summary>
    public int ThreadCount { get; }

    /// <summary>Runs <paramref name="job"/> over items 0 to <paramref name="items"/> − 1 and returns when all are done.</summary>
    /// <param name="chunk">Items that a thread takes at a time.</param>
    public void Run<TJob>(ref TJob job, int items, int chunk = 1) where TJob : unmanaged, IParallelJob
    {
        if (items <= 0) return;
        if (_workers.Length == 0 || items <= chunk)
        {
            job.Execute(0, 0, items);
            return;
        }

        fixed (TJob* pinned = &job)
        {
            _run = &Invoke<TJob>;
            _job = pinned;
            _items = items;
            _chunk = chunk;
            _next = 0;
            _running = _workers.Length;
            Interlocked.Increment(ref _epoch); // a full fence: publishes the fields above, and comes before WakeParked's read
            WakeParked();
            try
            {
                TakeChunks(0);
            }
            finally // the job must not move or go before the last worker is through
            {
                var spins = 0;
                while (Volatile.Read(ref _running) > 0) Pause(ref spins);
            }
        }

        if (_failure is { } failure)
        {
            _failure = null;
            throw new InvalidOperationException("A compute thread failed.", failure);
        }
    }

    /// <summary>Ends the threads. No loop may be running.</summary>
    public void Dispose()
    {
        _stopping = true;
        Interlocked.Increment(ref _epoch);
        WakeParked();
        foreach (var worker in _workers) worker.Join();
    }

    static void Invoke<TJob>(void* job, int worker, int start, int end) where TJob : unmanaged, IParallelJob =>
        Unsafe.AsRef<TJob>(job).Execute(worker, start, end);

    void Work(int worker)
    {
        var seen = 0;
        while (true)
        {
            WaitForEpochAfter(seen);
            seen++;
            if (_stopping) return;
            try
            {
                TakeChunks(worker);
            }
            catch (Exception e) // carried to the caller, who would otherwise wait for ever
            {
                _failure = e;
            }

            Interlocked.Decrement(ref _running);
        }
    }

    void TakeChunks(int worker)
    {
        int items = _items, chunk = _chunk;
        while (true)
        {
            var start = Interlocked.Add(ref _next, chunk) - chunk;
            if (start >= items) return;
            _run(_job, worker, start, Math.Min(start + chunk, items));
        }
    }

    void WaitForEpochAfter(int seen)
    {
        for (var i = 0; i < SpinIterations; i++)
        {
            if (Volatile.Read(ref _epoch) != seen) return;
            if (X86Base.IsSupported) X86Base.Pause();
            else Thread.SpinWait(1);
        }

        lock (_gate)
        {
            Interlocked.Increment(ref _parked); // before reading the epoch: the caller writes the epoch, then reads _parked
            while (Volatile.Read(ref _epoch) == seen) Monitor.Wait(_gate);
            Interlocked.Decrement(ref _parked);
        }
    }

    void WakeParked()
    {
        if (Volatile.Read(ref _parked) == 0) return;
        lock (_gate) Monitor.PulseAll(_gate);
    }

    static void Pause(ref int spins)
    {
        if (++spins % 20_000 == 0) Thread.Yield(); // somebody else holds the other core
        else if (X86Base.IsSupported) X86Base.Pause();
        else Thread.SpinWait(1);
    }
}
