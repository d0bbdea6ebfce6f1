using System.Text.Json;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;

namespace CoderLsp.Lsp.Actions;

/// <summary>Runs the command. What it throws is the reply's error.</summary>
delegate Task CommandHandler(ExecuteCommandParams parameters, CancellationToken cancellation);

/// <summary><c>workspace/executeCommand</c>: the commands of this server by their names.</summary>
sealed class CommandRegistry
{
    readonly Dictionary<string, CommandHandler> _handlers = [];

    public IReadOnlyList<string> Names => [.. _handlers.Keys];

    public void Add(string name, CommandHandler handler) => _handlers.Add(name, handler);

    /// <exception cref="RequestFailedException">There is no such command.</exception>
    public async Task<JsonElement?> HandleAsync(ExecuteCommandParams parameters, CancellationToken cancellation)
    {
        if (!_handlers.TryGetValue(parameters.Command, out var handler))
            throw new RequestFailedException(ErrorCode.InvalidParams, $"There is no command '{parameters.Command}'. Known: {string.Join(", ", Names)}.");
        await handler(parameters, cancellation).ConfigureAwait(false);
        return null;
    }
}
