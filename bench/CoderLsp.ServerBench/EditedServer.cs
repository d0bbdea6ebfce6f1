using System.Diagnostics;
using System.Text.Json.Nodes;
using CoderLsp.Bench;

namespace CoderLsp.ServerBench;

/// <summary>A language server with one model and one document, asked for suggestions of one token at its end.</summary>
sealed class EditedServer : IAsyncDisposable
{
    const string Uri = "file:///bench/Program.cs";

    readonly LspClient _client;
    string _text;
    int _version = 1;

    EditedServer(LspClient client, string text) => (_client, _text) = (client, text);

    public int ProcessId => _client.ProcessId;

    public static async Task<EditedServer> StartAsync(string server, string model, string text, CancellationToken cancellation)
    {
        var client = LspClient.Start(server);
        var inline = new JsonObject { ["maxTokens"] = 1, ["candidates"] = 1 };
        // Nothing ahead of time: it begins when the user pauses, which is where idleness is measured.
        var background = new JsonObject { ["enabled"] = false };
        await client.InitializeAsync(new() { ["model"] = model, ["logLevel"] = "error", ["inline"] = inline, ["background"] = background }, cancellation);
        await client.NotifyAsync("textDocument/didOpen", new()
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uri, ["languageId"] = "csharp", ["version"] = 1, ["text"] = text },
        }, cancellation);
        return new(client, text);
    }

    /// <summary>How long the answer took.</summary>
    public async Task<TimeSpan> AskAsync(CancellationToken cancellation)
    {
        var lines = _text.Split('\n');
        var clock = Stopwatch.StartNew();
        await _client.RequestAsync("textDocument/inlineCompletion", new()
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uri },
            ["position"] = new JsonObject { ["line"] = lines.Length - 1, ["character"] = lines[^1].Length },
            ["context"] = new JsonObject { ["triggerKind"] = 1 },
        }, cancellation);
        return clock.Elapsed;
    }

    /// <summary>Types at the end.</summary>
    public async Task TypeAsync(string typed, CancellationToken cancellation)
    {
        _text += typed;
        await _client.NotifyAsync("textDocument/didChange", new()
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uri, ["version"] = ++_version },
            ["contentChanges"] = new JsonArray(new JsonObject { ["text"] = _text }),
        }, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.ShutDownAsync(CancellationToken.None);
        await _client.DisposeAsync();
    }
}
