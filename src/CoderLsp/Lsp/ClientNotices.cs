using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp;

/// <summary>Tells the user something through the editor.</summary>
sealed class ClientNotices(RpcConnection connection, Action<LogLevel, string> log)
{
    readonly HashSet<string> _shown = [];

    /// <summary>Shows a message, unless this topic was shown before and not forgotten; <paramref name="logged"/> goes to the log instead.</summary>
    public void ShowOnce(string topic, MessageType type, string message, LogLevel level, string logged)
    {
        lock (_shown)
            if (!_shown.Add(topic)) return;
        log(level, logged);
        Show(type, message);
    }

    /// <summary>A line for standard error, the same one only once.</summary>
    public void LogOnce(string message, LogLevel level)
    {
        lock (_shown)
            if (!_shown.Add("log: " + message)) return;
        log(level, message);
    }

    public void Forget(string topic)
    {
        lock (_shown) _shown.Remove(topic);
    }

    /// <summary>Shows a message each time.</summary>
    public void Show(MessageType type, string message) => Send("window/showMessage", type, message);

    /// <summary>A line in the editor's log of this server.</summary>
    public void Log(MessageType type, string message) => Send("window/logMessage", type, message);

    // Not awaited: a client that does not read must not hold up the queue. NotifyAsync logs its own failures.
    void Send(string method, MessageType type, string message) => _ = connection.NotifyAsync(method, new MessageParams(type, message));
}
