using System.Collections.Concurrent;

namespace CoderLsp.Inference.Tokenization;

/// <summary>Working memory that is used again: one for each thread that encodes at the same time, at most one a processor.</summary>
sealed class ScratchPool<T> where T : class, new()
{
    readonly ConcurrentQueue<T> _free = new();

    public T Rent() => _free.TryDequeue(out var scratch) ? scratch : new();

    public void Return(T scratch)
    {
        if (_free.Count < Environment.ProcessorCount) _free.Enqueue(scratch);
    }
}
