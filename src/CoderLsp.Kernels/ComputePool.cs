using System.Diagnostics;
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
/// dozen microseconds) and park when nothing comes, so that an idle server uses no CPU. A loop's chunks are claimed one by one, and the
/// loop is over when all chunks are done, whoever did them: a thread that the system keeps off its core holds up only the chunk that it
/// had claimed. One caller at a time.
/// </summary>
public sealed unsafe class ComputePool : IDisposable
{
    // Some 50 µs: longer than the gaps inside a forward pass, shorter than a person or a battery notices.
    const int SpinIterations = 2_000;

    // A millisecond, less than the time that systems give a thread before they take its core for another one.
    static readonly long Stint = Stopwatch.Frequency / 1000;

    [ThreadStatic] static long _stintStart;

    readonly Thread[] _workers;
    readonly object _gate = new();
    delegate*<void*, int, int, int, void> _run;
    void* _job;
    int _items, _chunk, _chunks;
    int _done;      // chunks of the current loop that are done
    int _parked;
    volatile bool _stopping;
    volatile Exception? _failure;

    // The loop's number in the upper half, its chunks that nobody has claimed in the lower: claiming is one compare-and-swap, and a late
    // worker cannot claim a chunk of one loop with the fields of another. The fields above change only while no chunk can be claimed.
    long _ticket;

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

    /// <summary>Loops that were shared among threads so far: each is a barrier. It wraps around.</summary>
    public int Loops => Loop;

    int Loop => (int)(Volatile.Read(ref _ticket) >> 32);

    /// <summary>Runs <paramref name="job"/> over items 0 to <paramref name="items"/> − 1 and returns when all are done.</summary>
    /// <param name="chunk">Items that a thread takes at a time.</param>
    /// <exception cref="InvalidOperationException">An item failed on one of several threads; the other items were done.</exception>
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
            _chunks = (items + chunk - 1) / chunk;
            _done = 0;
            Publish(_chunks);
            TakeChunks(0);
            var spins = 0;
            while (Volatile.Read(ref _done) < _chunks) Pause(ref spins);
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
        Publish(0);
        foreach (var worker in _workers) worker.Join();
    }

    static void Invoke<TJob>(void* job, int worker, int first, int last) where TJob : unmanaged, IParallelJob =>
        Unsafe.AsRef<TJob>(job).Execute(worker, first, last);

    /// <summary>Begins the next loop and wakes those who sleep.</summary>
    void Publish(int chunks)
    {
        Interlocked.Exchange(ref _ticket, (long)(Loop + 1) << 32 | (uint)chunks); // a full fence: before it the fields, after it _parked
        if (Volatile.Read(ref _parked) == 0) return;
        lock (_gate) Monitor.PulseAll(_gate);
    }

    void Work(int worker)
    {
        var seen = 0;
        while (true)
        {
            WaitForLoopAfter(seen);
            seen = Loop;
            if (_stopping) return;
            TakeChunks(worker);
        }
    }

    void TakeChunks(int worker)
    {
        while (true)
        {
            if (worker > 0) YieldOnceInAWhile();
            var ticket = Volatile.Read(ref _ticket);
            var left = (int)(uint)ticket;
            if (left == 0) return;
            if (Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket) != ticket) continue;
            try
            {
                var first = (_chunks - left) * _chunk;
                _run(_job, worker, first, Math.Min(first + _chunk, _items));
            }
            catch (Exception e) // carried to the caller, who would otherwise wait for ever
            {
                _failure = e;
            }

            Interlocked.Increment(ref _done);
        }
    }

    /// <summary>
    /// Lets others have the core between two chunks. Where nobody wants it, that costs nothing; where somebody does, the system would take
    /// it in the middle of a chunk, and all threads would wait until it comes back.
    /// </summary>
    static void YieldOnceInAWhile()
    {
        var now = Stopwatch.GetTimestamp();
        if (now - _stintStart < Stint) return;
        Thread.Yield();
        _stintStart = Stopwatch.GetTimestamp();
    }

    void WaitForLoopAfter(int seen)
    {
        for (var i = 0; i < SpinIterations; i++)
        {
            if (Loop != seen) return;
            if (X86Base.IsSupported) X86Base.Pause();
            else Thread.SpinWait(1);
        }

        lock (_gate)
        {
            Interlocked.Increment(ref _parked); // before reading the loop's number: the caller writes that, then reads _parked
            while (Loop == seen) Monitor.Wait(_gate);
            Interlocked.Decrement(ref _parked);
        }
    }

    static void Pause(ref int spins)
    {
        // After some 20 µs, more than the last chunk of a loop takes: its thread is off its core, perhaps because of this spinning.
        if (++spins > 500 && spins % 50 == 0) Thread.Yield();
        else if (X86Base.IsSupported) X86Base.Pause();
        else Thread.SpinWait(1);
    }
}
