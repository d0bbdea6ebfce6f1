using System.Collections.Concurrent;
using System.Text.Json;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;

namespace CoderLsp.Lsp.Progress;

/// <summary>Begins the progress of long work, and takes the user's wish to end it.</summary>
sealed class ProgressReporter
{
    /// <summary>What is refused at once shows no progress: its end would take the message that says why off Helix's screen.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    readonly RpcConnection _connection;
    readonly Session _session;
    readonly ConcurrentDictionary<string, WorkProgress> _running = [];
    int _count;

    public ProgressReporter(RpcConnection connection, Session session)
    {
        (_connection, _session) = (connection, session);
        connection.OnNotification<WorkDoneProgressCancelParams>("window/workDoneProgress/cancel", cancelled =>
        {
            if (_running.TryGetValue(KeyOf(cancelled.Token), out var work)) work.Cancel();
        });
    }

    /// <summary>Begins a progress. The caller disposes of it when the work is over, however it ended.</summary>
    /// <param name="token">The token of the client's request; null: there is none.</param>
    /// <param name="withPercentage">Whether reports will say how much is done.</param>
    /// <param name="patience">On a token of ours, work that is over sooner shows no progress.</param>
    public WorkProgress Begin(
        string title, JsonElement? token = null, bool cancellable = true, bool withPercentage = false, TimeSpan patience = default)
    {
        var isClients = token is { ValueKind: JsonValueKind.String or JsonValueKind.Number };
        if (!isClients) token = _session.Client.ShowsProgress ? NewToken() : null;
        var work = new WorkProgress(_connection, token, Forget);
        if (token is { } shown) _running[KeyOf(shown)] = work;
        if (isClients) work.Open(title, cancellable, withPercentage);
        else if (token is not null) _ = OpenAsync(work, title, cancellable, withPercentage, patience);
        return work;
    }

    /// <summary>A piece of an answer that is being generated; nothing without a token.</summary>
    public void Send(JsonElement? partialResultToken, string text)
    {
        if (partialResultToken is { ValueKind: JsonValueKind.String or JsonValueKind.Number } token)
            _ = _connection.NotifyAsync("$/progress", new ProgressParams<PartialText>(token, new(text)));
    }

    async Task OpenAsync(WorkProgress work, string title, bool cancellable, bool withPercentage, TimeSpan patience)
    {
        try
        {
            await Task.Delay(patience, _session.Closing).ConfigureAwait(false);
            if (work.IsOver) return;
            await _connection.RequestAsync<WorkDoneProgressCreateParams, JsonElement>(
                "window/workDoneProgress/create", new(work.Token!.Value), _session.Closing).ConfigureAwait(false);
            work.Open(title, cancellable, withPercentage);
        }
        catch (Exception e) when (e is RequestFailedException or OperationCanceledException)
        {
            // The client does not want it, or is gone.
        }
    }

    void Forget(WorkProgress work)
    {
        if (work.Token is { } token) _running.TryRemove(KeyOf(token), out _);
    }

    JsonElement NewToken() => JsonSerializer.SerializeToElement($"coderlsp-{Interlocked.Increment(ref _count)}", LspJson.Default.String);

    // 1 and "1" are different tokens.
    static string KeyOf(JsonElement token) => token.GetRawText();
}
