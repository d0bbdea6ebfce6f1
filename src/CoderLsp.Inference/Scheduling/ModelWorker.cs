namespace CoderLsp.Inference.Scheduling;

/// <summary>
/// The one thread that uses a model, or several. The most urgent work is done first, of one priority what came first. Work that runs gives way, where it
/// can be interrupted, to more urgent work, which is done on top of it on the same stack; then it goes on from where it was.
/// <para>
/// Answers do not starve while somebody types: for the time that suggestions take while an answer waits, it is owed a quarter of that, and
/// gets it before the next suggestion. So it has a fifth of the time at least, and a suggestion waits a quarter longer at most.
/// </para>
/// </summary>
public sealed class ModelWorker : IDisposable
{
    const int OwedShare = 4, Answer = (int)WorkPriority.Answer, Nothing = (int)WorkPriority.Background + 1;

    readonly object _gate = new();
    readonly Queue<Action>[] _queues = [.. Enum.GetValues<WorkPriority>().Select(_ => new Queue<Action>())];
    readonly TimeProvider _clock;
    readonly Thread _thread;
    bool _closed;
    int _mostUrgent = Nothing; // of what is queued

    // For the thread alone.
    int _running = Nothing, _interrupted = Nothing;
    long _since;
    TimeSpan _owed;

    /// <param name="name">Of the thread.</param>
    public ModelWorker(string name, TimeProvider clock)
    {
        _clock = clock;
        _since = clock.GetTimestamp();
        _thread = new Thread(Work) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Queues <paramref name="work"/>. A cancelled item that has not begun ends at once and is never begun.</summary>
    /// <exception cref="ObjectDisposedException">In the task: the worker has ended.</exception>
    internal Task<T> RunAsync<T>(WorkPriority priority, Func<CancellationToken, T> work, CancellationToken cancellation)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var registration = cancellation.Register(() => completion.TrySetCanceled(cancellation));
        if (!TryQueue(priority, Item))
        {
            registration.Dispose();
            completion.TrySetException(new ObjectDisposedException("The model was closed."));
        }

        return completion.Task;

        void Item()
        {
            registration.Dispose();
            if (completion.Task.IsCompleted) return;
            try
            {
                completion.TrySetResult(work(cancellation));
            }
            catch (OperationCanceledException)
            {
                completion.TrySetCanceled(cancellation);
            }
            catch (Exception e) // belongs to the caller; the worker goes on
            {
                completion.TrySetException(e);
            }
        }
    }

    /// <summary>Does what is more urgent than the work that calls it, if there is any. On the worker's thread, where that can be interrupted.</summary>
    internal void GiveWay()
    {
        while (IsWanted)
        {
            Account();
            if (Next(_running) is not var (priority, item)) return;
            Run(priority, item);
        }
    }

    /// <summary>Whether something waits that is more urgent than the work that asks. On the worker's thread.</summary>
    internal bool IsWanted => Volatile.Read(ref _mostUrgent) < _running;

    /// <summary>Ends the thread after what is queued.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    bool TryQueue(WorkPriority priority, Action item)
    {
        lock (_gate)
        {
            if (_closed) return false;
            _queues[(int)priority].Enqueue(item);
            Volatile.Write(ref _mostUrgent, Math.Min(_mostUrgent, (int)priority));
            Monitor.Pulse(_gate);
            return true;
        }
    }

    void Work()
    {
        while (Wait())
            if (Next(Nothing) is var (priority, item))
                Run(priority, item);
    }

    /// <summary>Whether there is work; false when the worker is closed and all is done.</summary>
    bool Wait()
    {
        lock (_gate)
        {
            while (_mostUrgent == Nothing && !_closed) Monitor.Wait(_gate);
            return _mostUrgent != Nothing;
        }
    }

    void Run(int priority, Action item)
    {
        Account();
        var before = (_running, _interrupted);
        (_running, _interrupted) = (priority, _running);
        item();
        Account();
        (_running, _interrupted) = before;
    }

    /// <summary>The next item that is more urgent than <paramref name="running"/>; null where there is none, or what runs is owed its time.</summary>
    (int Priority, Action Item)? Next(int running)
    {
        lock (_gate)
        {
            var first = _mostUrgent;
            if (_owed > TimeSpan.Zero)
            {
                if (running == Answer) return null;
                if (_queues[Answer].Count > 0) first = Answer;
            }

            if (first >= running) return null;
            var item = _queues[first].Dequeue();
            var left = Array.FindIndex(_queues, queue => queue.Count > 0);
            Volatile.Write(ref _mostUrgent, left < 0 ? Nothing : left);
            return (first, item);
        }
    }

    bool AnswerWaits()
    {
        lock (_gate) return _interrupted == Answer || _queues[Answer].Count > 0;
    }

    /// <summary>Counts the time since it was last called.</summary>
    void Account()
    {
        var now = _clock.GetTimestamp();
        var spent = _clock.GetElapsedTime(_since, now);
        _since = now;
        if (_running == (int)WorkPriority.Suggestion) _owed = AnswerWaits() ? _owed + spent / OwedShare : TimeSpan.Zero;
        else if (_running == Answer) _owed = _owed > spent ? _owed - spent : TimeSpan.Zero;
    }
}
