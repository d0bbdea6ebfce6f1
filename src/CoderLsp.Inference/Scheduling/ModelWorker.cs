namespace CoderLsp.Inference.Scheduling;

/// <summary>The one thread that uses a model. The most urgent work is done first, of one priority what came first.</summary>
sealed class ModelWorker : IDisposable
{
    readonly object _gate = new();
    readonly PriorityQueue<Action, (WorkPriority, long)> _queue = new();
    readonly Thread _thread;
    long _came;
    bool _closed;

    public ModelWorker(string name)
    {
        _thread = new Thread(Work) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Queues <paramref name="work"/>. A cancelled item that has not begun ends at once and is never begun.</summary>
    /// <exception cref="ObjectDisposedException">In the task: the worker has ended.</exception>
    public Task<T> RunAsync<T>(WorkPriority priority, Func<CancellationToken, T> work, CancellationToken cancellation)
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
            _queue.Enqueue(item, (priority, _came++));
            Monitor.Pulse(_gate);
            return true;
        }
    }

    void Work()
    {
        while (Next() is { } item) item();
    }

    /// <summary>Waits for work; null when the worker is closed and all is done.</summary>
    Action? Next()
    {
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                if (_closed) return null;
                Monitor.Wait(_gate);
            }

            return _queue.Dequeue();
        }
    }
}
