using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CoderLsp.ProtocolFuzz;

/// <summary>A text to send, and the id under which a reply must come (as JSON text; null: none must come).</summary>
readonly record struct Outgoing(byte[] Body, string? ReplyId);

/// <summary>Sends messages and keeps the books: each expected reply must come exactly once, and no other.</summary>
sealed class FuzzClient : IDisposable
{
    readonly int _mostOpen;
    readonly FuzzedServer _server;
    readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    readonly List<string> _violations = [];
    readonly SemaphoreSlim _mayAsk;
    readonly SemaphoreSlim _writing = new(1);
    readonly Task _reading;

    /// <param name="mostOpen">So many requests may wait for their replies before the next one waits.</param>
    public FuzzClient(FuzzedServer server, int mostOpen)
    {
        (_server, _mostOpen, _mayAsk) = (server, mostOpen, new(mostOpen));
        _reading = Task.Run(ReadAsync);
    }

    public long Sent { get; private set; }

    public long Expected { get; private set; }

    /// <summary>Replies that came and were expected.</summary>
    public long Replies { get; private set; }

    public long Notifications { get; private set; }

    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_open) return [.. _violations];
        }
    }

    public async Task SendAsync(Outgoing message)
    {
        if (message.ReplyId is { } id)
        {
            if (!await _mayAsk.WaitAsync(TimeSpan.FromMinutes(1))) throw new TimeoutException($"{_mostOpen} requests have no reply. {Report()}");
            lock (_open)
            {
                _open[id] = _open.GetValueOrDefault(id) + 1;
                Expected++;
            }
        }
        Sent++;
        await WriteAsync(message.Body);
    }

    public Task SendAsync(string json, string? replyId = null) => SendAsync(new(Encoding.UTF8.GetBytes(json), replyId));

    /// <summary>Waits until all that was asked is answered.</summary>
    public async Task SettleAsync()
    {
        for (var i = 0; i < _mostOpen; i++)
            if (!await _mayAsk.WaitAsync(TimeSpan.FromMinutes(1))) throw new TimeoutException($"Some requests have no reply. {Report()}");
        _mayAsk.Release(_mostOpen);
    }

    /// <summary>Waits until the server has closed its output.</summary>
    public Task OutputEndedAsync() => _reading.WaitAsync(TimeSpan.FromMinutes(1));

    /// <summary>Shuts the server down and takes what it still sends.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> EndAsync()
    {
        await SettleAsync();
        await SendAsync("""{"jsonrpc":"2.0","id":"the end","method":"shutdown"}""", "\"the end\"");
        await SettleAsync();
        await SendAsync("""{"jsonrpc":"2.0","method":"exit"}""");
        var status = await _server.Running.WaitAsync(TimeSpan.FromMinutes(1));
        await OutputEndedAsync();
        return status;
    }

    public void Dispose()
    {
        _mayAsk.Dispose();
        _writing.Dispose();
    }

    string Report()
    {
        lock (_open) return $"Open: {string.Join(", ", _open.Keys.Take(10))}. Wrong so far: {string.Join("; ", _violations.Take(10))}";
    }

    async Task WriteAsync(byte[] body)
    {
        await _writing.WaitAsync();
        try
        {
            await _server.Input.WriteAsync(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
            await _server.Input.WriteAsync(body);
            await _server.Input.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    async Task ReadAsync()
    {
        try
        {
            var input = new BufferedStream(_server.Output, 1 << 16);
            while (ReadLength(input) is var length and >= 0)
            {
                var body = ArrayPool<byte>.Shared.Rent(length);
                await input.ReadExactlyAsync(body.AsMemory(0, length));
                using (var message = JsonDocument.Parse(body.AsMemory(0, length))) Take(message.RootElement);
                ArrayPool<byte>.Shared.Return(body);
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Violate($"The output is unreadable: {error.Message}");
        }
    }

    void Take(JsonElement message)
    {
        var hasId = message.TryGetProperty("id", out var id);
        if (message.TryGetProperty("method", out _))
        {
            Notifications++;
            // Not awaited: the server may wait for this side to read.
            if (hasId) _ = AnswerAsync(id.GetRawText());
            return;
        }
        lock (_open)
        {
            // The same string may be written with other escapes.
            var key = !hasId ? "(none)" : id.ValueKind == JsonValueKind.String ? $"\"{id.GetString()}\"" : id.GetRawText();
            if (!_open.TryGetValue(key, out var open))
            {
                Violate($"A reply that nobody waits for: {message}");
                return;
            }
            if (open == 1) _open.Remove(key);
            else _open[key] = open - 1;
            Replies++;
        }
        _mayAsk.Release();
    }

    static readonly string[] Answers =
    [
        "\"result\":null", "\"result\":5", "\"result\":[null]", "\"result\":{}", "\"result\":{\"applied\":true,\"success\":true}",
        "\"error\":{\"code\":-32601,\"message\":\"no\"}",
    ];

    // Most of the answers make no sense for most of the questions.
    Task AnswerAsync(string id) => WriteAsync(Encoding.UTF8.GetBytes(
        $$"""{"jsonrpc":"2.0","id":{{id}},{{Answers[(uint)id.GetHashCode(StringComparison.Ordinal) % Answers.Length]}}}"""));

    void Violate(string what)
    {
        lock (_open)
            if (_violations.Count < 20) _violations.Add(what.Length > 300 ? what[..300] : what);
    }

    static int ReadLength(BufferedStream input)
    {
        var length = -1;
        var line = new StringBuilder();
        while (input.ReadByte() is var next and >= 0)
        {
            if (next != '\n')
            {
                line.Append((char)next);
                continue;
            }
            if (line.Length <= 1) return length;
            length = int.Parse(line.ToString()["Content-Length:".Length..]);
            line.Clear();
        }
        return -1;
    }
}
