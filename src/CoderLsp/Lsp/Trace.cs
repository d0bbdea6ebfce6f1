using System.Globalization;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;

namespace CoderLsp.Lsp;

/// <summary>Tells a client that traces (<c>initialize</c>, <c>$/setTrace</c>) how long each message took. Names of methods only.</summary>
sealed class Trace
{
    RpcConnection? _connection;
    volatile bool _on;

    public void Begin(RpcConnection connection)
    {
        _connection = connection;
        connection.OnNotification<SetTraceParams>("$/setTrace", set => Set(set.Value));
    }

    /// <param name="value">As the LSP names it; null is off.</param>
    public void Set(string? value) => _on = value is "messages" or "verbose";

    public void Handled(string method, TimeSpan time)
    {
        if (_on) _ = _connection?.NotifyAsync("$/logTrace", new LogTraceParams(string.Create(CultureInfo.InvariantCulture, $"{method}: {time.TotalMilliseconds:0.0} ms")));
    }
}
