using System.Text.Json;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;

namespace CoderLsp.Lsp.Progress;

/// <summary>
/// The progress of one piece of work, where the client shows such: on the token that came with its request, else on one of ours, which
/// the user may also cancel. Reporting never waits for the client.
/// </summary>
sealed class WorkProgress : IDisposable
{
    readonly RpcConnection _connection;
    readonly JsonElement? _token;
    readonly Action<WorkProgress> _ended;
    readonly Lock _gate = new();
    // Not disposed: it has no timer, and the work may look at its token after the end.
    readonly CancellationTokenSource _cancelled = new();
    WorkDoneProgress? _waiting; // the latest report while the client has not yet answered whether it takes the token
    bool _open, _over;

    /// <param name="ended">Called once, when the work is over.</param>
    internal WorkProgress(RpcConnection connection, JsonElement? token, Action<WorkProgress> ended) =>
        (_connection, _token, _ended) = (connection, token, ended);

    public JsonElement? Token => _token;

    public bool IsOver
    {
        get
        {
            lock (_gate) return _over;
        }
    }

    /// <summary>Cancelled when the user said so.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>The user wants the work to end.</summary>
    public void Cancel() => _cancelled.Cancel();

    /// <param name="percentage">0 to 100; null where nobody knows.</param>
    public void Report(string? message, int? percentage = null)
    {
        var report = new WorkDoneProgress("report", Message: message, Percentage: percentage);
        lock (_gate)
        {
            if (_token is null || _over) return;
            if (_open) Send(report);
            else _waiting = report;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_over) return;
            _over = true;
            if (_open) Send(new("end"));
        }
        _ended(this);
    }

    /// <summary>The client takes the token.</summary>
    internal void Open(string title, bool cancellable, bool withPercentage)
    {
        lock (_gate)
        {
            _open = true;
            // A client shows a bar only if the beginning has a percentage.
            Send(new("begin", title, cancellable, _waiting?.Message, withPercentage ? _waiting?.Percentage ?? 0 : null));
            // The work was faster than the client's answer, and the client waits for what becomes of the token that it has made.
            if (_over) Send(new("end"));
        }
    }

    // Not awaited, but in order: the connection queues what is sent.
    void Send(WorkDoneProgress value) =>
        _ = _connection.NotifyAsync("$/progress", new ProgressParams<WorkDoneProgress>(_token!.Value, value));
}
