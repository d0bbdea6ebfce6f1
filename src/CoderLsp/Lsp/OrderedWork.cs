using System.Threading.Channels;

namespace CoderLsp.Lsp;

/// <summary>Runs small pieces of work one after the other, in the order in which they came, on threads of the pool.</summary>
sealed class OrderedWork
{
    readonly Channel<Action> _queue = Channel.CreateUnbounded<Action>(new() { SingleReader = true });

    public OrderedWork() => _ = RunAsync();

    public void Add(Action work) => _queue.Writer.TryWrite(work);

    async Task RunAsync()
    {
        await foreach (var work in _queue.Reader.ReadAllAsync().ConfigureAwait(false)) work();
    }
}
