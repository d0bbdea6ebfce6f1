using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace CoderLsp.TestSupport;

/// <summary>An editor that a test plays: sends what the test says, byte for byte if need be, and keeps every message that comes back.</summary>
sealed class LspTestClient : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Stream _toServer;
    readonly Task _reading;
    readonly Lock _gate = new();
    readonly List<JsonElement> _received = [];
    readonly Channel<bool> _arrivals = Channel.CreateUnbounded<bool>();
    readonly ConcurrentDictionary<string, Func<JsonElement, object?>> _answers = [];
    int _lastId;

    public LspTestClient(Stream toServer, Stream fromServer)
    {
        _toServer = toServer;
        _reading = Task.Run(() => ReadAsync(fromServer));
    }

    /// <summary>All messages so far, in the order of arrival.</summary>
    public IReadOnlyList<JsonElement> Received
    {
        get
        {
            lock (_gate) return [.. _received];
        }
    }

    /// <summary>Answers the server's requests of a method; what is not registered stays unanswered.</summary>
    public void OnRequest(string method, Func<JsonElement, object?> answer) => _answers[method] = answer;

    public static byte[] Frame(string json) => Encoding.UTF8.GetBytes($"Content-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    public static string Request(object id, string method, object? parameters = null) =>
        JsonSerializer.Serialize(new Dictionary<string, object?> { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters });

    public static string Notification(string method, object? parameters = null) =>
        JsonSerializer.Serialize(new Dictionary<string, object?> { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters });

    public async Task SendBytesAsync(byte[] bytes)
    {
        await _toServer.WriteAsync(bytes);
        await _toServer.FlushAsync();
    }

    public Task SendAsync(string json) => SendBytesAsync(Frame(json));

    public Task NotifyAsync(string method, object? parameters = null) => SendAsync(Notification(method, parameters));

    /// <summary>Sends a request under the next free number and gives that number back.</summary>
    public async Task<int> StartAsync(string method, object? parameters = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        await SendAsync(Request(id, method, parameters));
        return id;
    }

    /// <summary>Sends a request and waits for its reply: the whole message.</summary>
    public async Task<JsonElement> CallAsync(string method, object? parameters = null) => await ReplyAsync(await StartAsync(method, parameters));

    /// <summary>The reply with this id; ids are compared as JSON text, so that <c>1</c> and <c>"1"</c> differ.</summary>
    public Task<JsonElement> ReplyAsync(object id) => WaitForAsync(message => IsReplyTo(message, JsonSerializer.Serialize(id)));

    public static bool IsReplyTo(JsonElement message, string id) =>
        !message.TryGetProperty("method", out _) && message.TryGetProperty("id", out var its) && its.GetRawText() == id;

    /// <summary>The first message that fits, among those already here or still to come.</summary>
    public async Task<JsonElement> WaitForAsync(Func<JsonElement, bool> fits)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (true)
        {
            lock (_gate)
                foreach (var message in _received)
                    if (fits(message)) return message;
            if (!await _arrivals.Reader.WaitToReadAsync(timeout.Token)) break;
            _arrivals.Reader.TryRead(out _);
        }
        throw new InvalidOperationException($"The server's output ended without the expected message. It sent: {string.Join("\n", Received)}");
    }

    /// <summary>Ends the server's input.</summary>
    public void CloseInput() => _toServer.Close();

    /// <summary>Waits until the server has closed its output, so that <see cref="Received"/> is all there will ever be.</summary>
    public Task EndOfOutputAsync() => _reading.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await _toServer.DisposeAsync();
        await _reading.WaitAsync(Patience);
    }

    async Task ReadAsync(Stream fromServer)
    {
        try
        {
            while (await ReadFrameAsync(fromServer) is { } message)
            {
                lock (_gate) _received.Add(message);
                await AnswerAsync(message);
                _arrivals.Writer.TryWrite(true);
            }
            _arrivals.Writer.TryComplete();
        }
        catch (Exception error)
        {
            _arrivals.Writer.TryComplete(error);
            throw;
        }
    }

    async Task AnswerAsync(JsonElement message)
    {
        if (!message.TryGetProperty("method", out var method) || !message.TryGetProperty("id", out var id)
            || !_answers.TryGetValue(method.GetString()!, out var answer)) return;
        var result = answer(message.TryGetProperty("params", out var parameters) ? parameters : default);
        try
        {
            await SendAsync(JsonSerializer.Serialize(new Dictionary<string, object?> { ["jsonrpc"] = "2.0", ["id"] = id, ["result"] = result }));
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // The test has closed the server's input meanwhile.
        }
    }

    // Strict on purpose: what the server writes must be exactly what the LSP says.
    static async Task<JsonElement?> ReadFrameAsync(Stream stream)
    {
        var header = new StringBuilder();
        var one = new byte[1];
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
                return header.Length == 0 ? null : throw new InvalidDataException($"The output ended inside a header: '{header}'.");
            header.Append((char)one[0]);
        }
        const string Name = "Content-Length: ";
        var text = header.ToString();
        if (!text.StartsWith(Name, StringComparison.Ordinal)) throw new InvalidDataException($"Not a header: '{text}'.");
        var body = new byte[int.Parse(text[Name.Length..^4])];
        await stream.ReadExactlyAsync(body);
        return JsonDocument.Parse(body).RootElement;
    }
}
