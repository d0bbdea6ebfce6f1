using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CoderLsp.TestSupport;

namespace CoderLsp.Bench;

/// <summary>A language server's process and the few messages that benchmarks send. Many requests may be open at once.</summary>
sealed class LspClient : IAsyncDisposable
{
    readonly Process _process;
    readonly Stream _input;
    readonly Stream _output;
    readonly SemaphoreSlim _writing = new(1);
    readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> _open = new();
    readonly Task _reading;
    int _lastId;

    LspClient(Process process)
    {
        _process = process;
        _input = process.StandardInput.BaseStream;
        _output = new BufferedStream(process.StandardOutput.BaseStream);
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Starts a server; what it logs goes to this program's standard error.</summary>
    /// <param name="variables">Added to its environment.</param>
    public static LspClient Start(string executable, params IEnumerable<KeyValuePair<string, string>> variables)
    {
        var start = new ProcessStartInfo(executable) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["CODERLSP_CACHE__SNAPSHOTS"] = "false"; // each run begins with nothing
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>The newest build of the server in this repository.</summary>
    public static string BuiltServer()
    {
        var name = OperatingSystem.IsWindows() ? "coderlsp.exe" : "coderlsp";
        var builds = Directory.GetFiles(TestData.InRepository("src", "CoderLsp", "bin"), name, SearchOption.AllDirectories);
        return builds.MaxBy(File.GetLastWriteTimeUtc) ?? throw new FileNotFoundException("The server is not built: dotnet build src/CoderLsp -c Release");
    }

    public int ProcessId => _process.Id;

    /// <summary>Memory of the server's process that is in use now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public async Task InitializeAsync(JsonObject settings, CancellationToken cancellation)
    {
        await RequestAsync("initialize", new JsonObject
        {
            ["processId"] = Environment.ProcessId,
            ["rootUri"] = null,
            ["capabilities"] = new JsonObject { ["textDocument"] = new JsonObject { ["inlineCompletion"] = new JsonObject() } },
            ["initializationOptions"] = settings,
        }, cancellation);
        await NotifyAsync("initialized", new JsonObject(), cancellation);
    }

    public async Task ShutDownAsync(CancellationToken cancellation)
    {
        await RequestAsync("shutdown", null, cancellation);
        await NotifyAsync("exit", null, cancellation);
        await _process.WaitForExitAsync(cancellation);
    }

    public Task NotifyAsync(string method, JsonObject? parameters, CancellationToken cancellation) =>
        SendAsync(Message(method, parameters), cancellation);

    /// <summary>The result of a request.</summary>
    /// <exception cref="InvalidDataException">The server answered with an error or ended.</exception>
    public async Task<JsonNode?> RequestAsync(string method, JsonObject? parameters, CancellationToken cancellation) =>
        await (await BeginAsync(method, parameters, cancellation)).Reply.WaitAsync(cancellation);

    /// <summary>Sends a request, which the server may go on to work on.</summary>
    /// <returns>The request's id, and its result or <see cref="InvalidDataException"/>.</returns>
    public async Task<(int Id, Task<JsonNode?> Reply)> BeginAsync(string method, JsonObject? parameters, CancellationToken cancellation)
    {
        var message = Message(method, parameters);
        var id = Interlocked.Increment(ref _lastId);
        message["id"] = id;
        var reply = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = reply;
        if (_reading.IsCompleted) await _reading; // why nothing will come
        await SendAsync(message, cancellation);
        return (id, reply.Task);
    }

    static JsonObject Message(string method, JsonObject? parameters)
    {
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method };
        if (parameters is not null) message["params"] = parameters;
        return message;
    }

    async Task SendAsync(JsonObject message, CancellationToken cancellation)
    {
        var body = Encoding.UTF8.GetBytes(message.ToJsonString());
        await _writing.WaitAsync(cancellation);
        try
        {
            await _input.WriteAsync(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), cancellation);
            await _input.WriteAsync(body, cancellation);
            await _input.FlushAsync(cancellation);
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
            while (await ReceiveAsync() is { } received) await TakeAsync(received);
            throw new InvalidDataException("The server ended without an answer.");
        }
        catch (Exception error)
        {
            foreach (var reply in _open.Values) reply.TrySetException(error);
            throw;
        }
    }

    async Task TakeAsync(JsonNode received)
    {
        if (received["method"] is not null)
        {
            // A request of the server's (registration, configuration): null is an answer to each of them.
            if (received["id"] is { } asked)
                await SendAsync(new() { ["jsonrpc"] = "2.0", ["id"] = asked.DeepClone(), ["result"] = null }, CancellationToken.None);
        }
        else if ((int?)received["id"] is { } id && _open.TryRemove(id, out var reply))
        {
            if (received["error"] is { } error) reply.SetException(new InvalidDataException(error.ToJsonString()));
            else reply.SetResult(received["result"]);
        }
    }

    /// <summary>The next message; null at the end.</summary>
    async Task<JsonNode?> ReceiveAsync()
    {
        const string Length = "Content-Length:";
        var length = -1;
        while (ReadHeader() is { } line)
        {
            if (line.StartsWith(Length, StringComparison.OrdinalIgnoreCase)) length = int.Parse(line[Length.Length..], CultureInfo.InvariantCulture);
            if (line.Length > 0) continue;
            var body = new byte[length];
            await _output.ReadExactlyAsync(body);
            return JsonNode.Parse(body);
        }

        return null;
    }

    string? ReadHeader()
    {
        var line = new StringBuilder();
        while (_output.ReadByte() is >= 0 and var next)
        {
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)next);
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await ((Task)_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
        _writing.Dispose();
    }
}
