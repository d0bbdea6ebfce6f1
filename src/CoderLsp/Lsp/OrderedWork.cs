using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp;

/// <summary>Runs small pieces of work one after the other, in the order in which they came, on threads of the pool.</summary>
sealed class OrderedWork
{
    readonly Channel<Action> _queue = Channel.CreateUnbounded<Action>(new() { SingleReader = true });
    readonly Action<LogLevel, string> _log;

    /// <param name="log">Hears of a piece that failed; the next ones are done all the same.</param>
    public OrderedWork(Action<LogLevel, string> log)
    {
        _log = log;
        _ = RunAsync();
    }

    public void Add(Action work) => _queue.Writer.TryWrite(work);

    async Task RunAsync()
    {
        await foreach (var work in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                work();
            }
            catch (Exception error)
            {
                // Not its message, which may hold the user's text.
                _log(LogLevel.Warning, $"Work in the background failed: {error.GetType().Name}{Environment.NewLine}{error.StackTrace}");
            }
        }
    }
}
