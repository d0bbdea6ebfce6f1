using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CoderLsp.TestSupport;

namespace CoderLsp.FimBench;

/// <summary>A language server's process and the few messages that this program sends. One request at a time.</summary>
sealed class LspClient : IAsyncDisposable
{
    readonly Process _process;
    readonly Stream _input;
    readonly Stream _output;
    int _lastId;

    LspClient(Process process)
    {
        _process = process;
        _input = process.StandardInput.BaseStream;
        _output = new BufferedStream(process.StandardOutput.BaseStream);
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
    public async Task<JsonNode?> RequestAsync(string method, JsonObject? parameters, CancellationToken cancellation)
    {
        var message = Message(method, parameters);
        var id = ++_lastId;
        message["id"] = id;
        await SendAsync(message, cancellation);
        while (true)
        {
            var received = await ReceiveAsync(cancellation);
            if (received["method"] is not null)
            {
                // A request of the server's (registration, configuration): null is an answer to each of them.
                if (received["id"] is { } asked) await SendAsync(new() { ["jsonrpc"] = "2.0", ["id"] = asked.DeepClone(), ["result"] = null }, cancellation);
                continue;
            }
            if ((int?)received["id"] != id) continue;
            if (received["error"] is { } error) throw new InvalidDataException($"{method}: {error.ToJsonString()}");
            return received["result"];
        }
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
        await _input.WriteAsync(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), cancellation);
        await _input.WriteAsync(body, cancellation);
        await _input.FlushAsync(cancellation);
    }

    async Task<JsonNode> ReceiveAsync(CancellationToken cancellation)
    {
        const string Length = "Content-Length:";
        var length = 0;
        for (var line = ReadHeader(); line.Length > 0; line = ReadHeader())
            if (line.StartsWith(Length, StringComparison.OrdinalIgnoreCase)) length = int.Parse(line[Length.Length..], CultureInfo.InvariantCulture);
        var body = new byte[length];
        await _output.ReadExactlyAsync(body, cancellation);
        return JsonNode.Parse(body) ?? throw new InvalidDataException("The server sent null.");
    }

    string ReadHeader()
    {
        var line = new StringBuilder();
        while (true)
        {
            var next = _output.ReadByte();
            if (next < 0) throw new InvalidDataException("The server ended without an answer.");
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)next);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
