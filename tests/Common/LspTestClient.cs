using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace CoderLsp.TestSupport;

/// <summary>
/// An editor that a test plays: sends what the test says, byte for byte if need be, and keeps every message that comes back. Each of
/// them is held to the LSP's model: one that does not fit fails the test.
/// </summary>
sealed class LspTestClient : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Stream _toServer;
    readonly Task _reading;
    readonly Lock _gate = new();
    readonly List<JsonElement> _received = [];
    readonly ConcurrentDictionary<string, Func<JsonElement, object?>> _answers = [];
    readonly Dictionary<string, JsonElement> _replies = [];
    TaskCompletionSource<bool> _arrival = NewArrival();
    readonly MessageCheck _check;
    int _lastId;

    /// <param name="model">What the messages of the server are held to; null: only that they are JSON-RPC.</param>
    /// <param name="isCareful">Whether what this client sends is held to the model too.</param>
    public LspTestClient(Stream toServer, Stream fromServer, MetaModel? model = null, bool isCareful = false)
    {
        _check = new(model);
        IsCareful = isCareful;
        _toServer = toServer;
        _reading = Task.Run(() => ReadAsync(new BufferedStream(fromServer)));
    }

    /// <summary>Whether messages that this client sends must be as the LSP says. A test that sends wrong ones on purpose says so here.</summary>
    public bool IsCareful { get; set; }

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

    /// <summary>Requests of a method stay unanswered from now on.</summary>
    public void LeaveUnanswered(string method) => _answers.TryRemove(method, out _);

    public static byte[] Frame(string json) => Encoding.UTF8.GetBytes($"Content-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    public static string Request(object id, string method, object? parameters = null) => Message(method, parameters, id);

    public static string Notification(string method, object? parameters = null) => Message(method, parameters);

    static string Message(string method, object? parameters, object? id = null)
    {
        var message = new Dictionary<string, object?> { ["jsonrpc"] = "2.0" };
        if (id is not null) message["id"] = id;
        message["method"] = method;
        if (parameters is not null) message["params"] = parameters;
        return JsonSerializer.Serialize(message);
    }

    public async Task SendBytesAsync(byte[] bytes)
    {
        await _toServer.WriteAsync(bytes);
        await _toServer.FlushAsync();
    }

    /// <summary>Sends a text that need not be a message.</summary>
    public Task SendAsync(string json)
    {
        Note(json, isCareful: false);
        return SendBytesAsync(Frame(json));
    }

    public Task NotifyAsync(string method, object? parameters = null) => SendMessageAsync(Notification(method, parameters));

    /// <summary>Sends a request under the next free number and gives that number back.</summary>
    public async Task<int> StartAsync(string method, object? parameters = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        await SendMessageAsync(Request(id, method, parameters));
        return id;
    }

    Task SendMessageAsync(string json)
    {
        Note(json, IsCareful);
        return SendBytesAsync(Frame(json));
    }

    void Note(string json, bool isCareful)
    {
        JsonElement message;
        try
        {
            message = JsonDocument.Parse(json).RootElement;
        }
        catch (JsonException) when (!isCareful)
        {
            return;
        }
        _check.Sent(message);
        if (isCareful) Refuse(_check.CheckSent(message), json);
    }

    static void Refuse(IReadOnlyList<Mismatch> wrong, string message)
    {
        if (wrong.Count > 0) throw new InvalidDataException($"Not as the LSP has it: {string.Join("; ", wrong)}\nin {message}");
    }

    /// <summary>Sends a request and waits for its reply: the whole message.</summary>
    public async Task<JsonElement> CallAsync(string method, object? parameters = null) => await ReplyAsync(await StartAsync(method, parameters));

    /// <summary>The first reply with this id; ids are compared as JSON text, so that <c>1</c> and <c>"1"</c> differ.</summary>
    public Task<JsonElement> ReplyAsync(object id)
    {
        var text = JsonSerializer.Serialize(id);
        return WaitAsync(() => _replies.TryGetValue(text, out var reply) ? reply : null);
    }

    public static bool IsReplyTo(JsonElement message, string id) =>
        !message.TryGetProperty("method", out _) && message.TryGetProperty("id", out var its) && its.GetRawText() == id;

    /// <summary>The first message that fits, among those already here or still to come.</summary>
    public Task<JsonElement> WaitForAsync(Func<JsonElement, bool> fits) => WaitAsync(() => _received.Where(fits).Select(message => (JsonElement?)message).FirstOrDefault());

    async Task<JsonElement> WaitAsync(Func<JsonElement?> find)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (true)
        {
            Task<bool> arrival;
            lock (_gate)
            {
                if (find() is { } found) return found;
                arrival = _arrival.Task;
            }
            if (!await arrival.WaitAsync(timeout.Token)) break;
        }
        throw new InvalidOperationException($"The server's output ended without the expected message. It sent: {string.Join("\n", Received)}");
    }

    /// <summary>Ends the server's input.</summary>
    public void CloseInput() => _toServer.Close();

    /// <summary>Waits until the server has closed its output, so that <see cref="Received"/> is all there will ever be.</summary>
    public Task EndOfOutputAsync() => _reading.WaitAsync(Patience);

    /// <summary>Throws when a message of the server was not as it must be.</summary>
    public void ThrowIfServerWasWrong()
    {
        if (_reading.IsFaulted) _reading.GetAwaiter().GetResult();
    }

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
                Refuse(_check.CheckReceived(message), message.GetRawText());
                Keep(message);
                await AnswerAsync(message);
            }
            _arrival.SetResult(false);
        }
        catch (Exception error)
        {
            _arrival.SetException(error);
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
            await SendMessageAsync(JsonSerializer.Serialize(new Dictionary<string, object?> { ["jsonrpc"] = "2.0", ["id"] = id, ["result"] = result }));
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // The test has closed the server's input meanwhile.
        }
    }

    void Keep(JsonElement message)
    {
        TaskCompletionSource<bool> arrival;
        lock (_gate)
        {
            _received.Add(message);
            if (!message.TryGetProperty("method", out _) && message.TryGetProperty("id", out var id)) _replies.TryAdd(id.GetRawText(), message);
            (arrival, _arrival) = (_arrival, NewArrival());
        }
        arrival.SetResult(true);
    }

    // True: a message came; false: the output has ended.
    static TaskCompletionSource<bool> NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

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
