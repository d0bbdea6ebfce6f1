using System.Collections.Concurrent;

namespace CoderLsp.Inference.Scheduling;

/// <summary>The one thread that uses a model. Work is done in the order in which it came.</summary>
sealed class ModelWorker : IDisposable
{
    readonly BlockingCollection<Action> _queue = [];
    readonly Thread _thread;

    public ModelWorker(string name)
    {
        _thread = new Thread(Work) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Queues <paramref name="work"/>. A cancelled item that has not begun ends at once and is never begun.</summary>
    /// <exception cref="ObjectDisposedException">In the task: the worker has ended.</exception>
    public Task<T> RunAsync<T>(Func<CancellationToken, T> work, CancellationToken cancellation)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var registration = cancellation.Register(() => completion.TrySetCanceled(cancellation));
        try
        {
            _queue.Add(Item, CancellationToken.None);
        }
        catch (InvalidOperationException) // completed or disposed
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
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    void Work()
    {
        foreach (var item in _queue.GetConsumingEnumerable()) item();
    }
}
