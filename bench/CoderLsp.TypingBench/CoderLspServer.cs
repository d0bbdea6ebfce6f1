using System.Diagnostics;
using System.Text.Json.Nodes;
using CoderLsp.Bench;

namespace CoderLsp.TypingBench;

/// <summary>The language server, spoken to as an editor does: each key is a change and a request by itself.</summary>
/// <param name="folder">The server's own files, which go with it.</param>
/// <param name="countsTokens">Whether the server is asked after each answer what it took; not while keys come by the clock.</param>
/// <param name="workspaces">Where the files lie that are edited; null: each is alone.</param>
sealed class CoderLspServer(LspClient client, string folder, bool countsTokens, Workspaces? workspaces) : ICompletionServer
{
    const int Automatic = 2;

    // A project is opened long before most keys are typed in it: until it has been read in the background.
    static readonly TimeSpan Reading = TimeSpan.FromSeconds(20);

    string _uri = "", _text = "";
    JsonNode? _offered; // the item that came last
    int _version, _documents;
    string? _workspace;

    public string Name => "CoderLsp";

    public int ProcessId => client.ProcessId;

    public static async Task<CoderLspServer> StartAsync(
        string executable, JsonObject settings, int? fixedTokens, bool countsTokens, Workspaces? workspaces, CancellationToken cancellation)
    {
        // Nothing of the user's, and nothing that an earlier run has kept.
        var folder = Directory.CreateTempSubdirectory("coderlsp-bench-").FullName;
        var variables = ((string[])["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"]).ToDictionary(name => name, _ => folder);
        if (fixedTokens is { } count) variables["CODERLSP_BENCH_FIXED_TOKENS"] = $"{count}";
        var client = LspClient.Start(executable, variables);
        await client.InitializeAsync(settings, cancellation);
        var server = new CoderLspServer(client, folder, countsTokens, workspaces);
        while ((string?)(await server.StateAsync(cancellation))["state"] is "starting" or "loading") await Task.Delay(50, cancellation);
        return server;
    }

    public async Task OpenAsync(Trace trace, CancellationToken cancellation)
    {
        var workspace = workspaces?.FolderOf(trace);
        var path = workspace is null ? $"/{_documents++}/{trace.Repository}/{trace.Path}" : Path.Combine(workspace, trace.Path);
        (_uri, _text, _version) = ("file://" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)), trace.Before, 1);
        var isOther = workspace != _workspace;
        if (isOther) await MoveToAsync(workspace!, cancellation);
        await client.NotifyAsync("textDocument/didOpen", new()
        {
            ["textDocument"] = new JsonObject { ["uri"] = _uri, ["languageId"] = trace.Language, ["version"] = _version, ["text"] = _text },
        }, cancellation);
        if (!isOther) return;
        await (await SuggestAsync(At(_text, 0), cancellation)).Reply; // it reads the project for who writes in it
        await Task.Delay(Reading, cancellation);
    }

    public async Task<Answer> AskAsync(Typist typist, TextChange change, CancellationToken cancellation)
    {
        var before = countsTokens ? Totals.Of(await StateAsync(cancellation)) : default;
        var (text, cursor) = (typist.Text, typist.Cursor);
        var clock = Stopwatch.StartNew();
        var (_, reply) = await BeginAsync(typist, change, cancellation);
        var items = (await reply)?["items"]?.AsArray();
        var time = clock.Elapsed;
        var suggested = "";
        if (items is [{ } item, ..])
        {
            _offered = item;
            suggested = InsertedBehind(item, text, cursor);
        }

        return new(suggested, time, countsTokens ? Totals.Of(await StateAsync(cancellation)).Since(before) : null);
    }

    /// <summary>Tells the change and sends a request.</summary>
    /// <returns>The request's id, and the reply that will come.</returns>
    public async Task<(int Id, Task<JsonNode?> Reply)> BeginAsync(Typist typist, TextChange change, CancellationToken cancellation)
    {
        var range = new JsonObject { ["start"] = At(_text, change.Start), ["end"] = At(_text, change.Start + change.Removed) };
        var cursor = At(_text = typist.Text, typist.Cursor);
        await ChangeAsync(range, change.Inserted, cancellation);
        return await SuggestAsync(cursor, cancellation);
    }

    /// <summary>Cancels a request as editors do when somebody types: with a change, here one at the start, which its answer cannot fit.</summary>
    public async Task CancelAsync(int id, CancellationToken cancellation)
    {
        await client.NotifyAsync("$/cancelRequest", new() { ["id"] = id }, cancellation);
        await ChangeAsync(new() { ["start"] = At(_text, 0), ["end"] = At(_text, 0) }, "\n", cancellation);
    }

    public async Task AcceptedAsync(CancellationToken cancellation)
    {
        if (_offered?["command"] is { } command)
            await client.RequestAsync("workspace/executeCommand",
                new() { ["command"] = command["command"]!.DeepClone(), ["arguments"] = command["arguments"]!.DeepClone() }, cancellation);
    }

    public Task CloseAsync(CancellationToken cancellation) =>
        client.NotifyAsync("textDocument/didClose", new() { ["textDocument"] = new JsonObject { ["uri"] = _uri } }, cancellation);

    public async Task<Origins> OriginsAsync(CancellationToken cancellation) => Totals.Of(await StateAsync(cancellation)).Origins;

    public async ValueTask DisposeAsync()
    {
        await client.ShutDownAsync(CancellationToken.None);
        await client.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    Task<(int Id, Task<JsonNode?> Reply)> SuggestAsync(JsonObject cursor, CancellationToken cancellation) => client.BeginAsync("textDocument/inlineCompletion", new()
    {
        ["textDocument"] = new JsonObject { ["uri"] = _uri },
        ["position"] = cursor,
        ["context"] = new JsonObject { ["triggerKind"] = Automatic },
    }, cancellation);

    Task MoveToAsync(string workspace, CancellationToken cancellation)
    {
        var (added, removed) = (Folders(workspace), Folders(_workspace));
        _workspace = workspace;
        return client.NotifyAsync("workspace/didChangeWorkspaceFolders",
            new() { ["event"] = new JsonObject { ["added"] = added, ["removed"] = removed } }, cancellation);

        static JsonArray Folders(string? path) => path is null ? [] : [new JsonObject { ["uri"] = "file://" + path, ["name"] = Path.GetFileName(path) }];
    }

    Task ChangeAsync(JsonObject range, string inserted, CancellationToken cancellation) => client.NotifyAsync("textDocument/didChange", new()
    {
        ["textDocument"] = new JsonObject { ["uri"] = _uri, ["version"] = ++_version },
        ["contentChanges"] = new JsonArray(new JsonObject { ["range"] = range, ["text"] = inserted }),
    }, cancellation);

    async Task<JsonNode> StateAsync(CancellationToken cancellation) => (await client.RequestAsync("coderlsp/state", null, cancellation))!;

    /// <summary>What an item adds behind the cursor; its range may begin before it, and then its text has what stands there, too.</summary>
    static string InsertedBehind(JsonNode item, string text, int cursor)
    {
        var inserted = (string)item["insertText"]!;
        var column = cursor - (text.AsSpan(0, cursor).LastIndexOf('\n') + 1);
        var from = (int?)item["range"]?["start"]?["character"] ?? column;
        var typed = text[(cursor - (column - from))..cursor];
        return inserted.StartsWith(typed, StringComparison.Ordinal) ? inserted[typed.Length..] : "";
    }

    static JsonObject At(string text, int offset)
    {
        var before = text.AsSpan(0, offset);
        return new() { ["line"] = before.Count('\n'), ["character"] = offset - (before.LastIndexOf('\n') + 1) };
    }

    /// <summary>What the server has counted so far.</summary>
    readonly record struct Totals(int Cached, int Computed, int Generated, Origins Origins)
    {
        public static Totals Of(JsonNode state)
        {
            return new(Count("tokens", "cached"), Count("tokens", "computed"), Count("tokens", "generated"),
                new(Count("suggestions", "computed"), Count("suggestions", "fromMemory"), Count("suggestions", "cancelled")));

            int Count(string of, string name) => (int?)state[of]?[name] ?? 0;
        }

        public Cost Since(Totals before)
        {
            var (cached, computed) = (Cached - before.Cached, Computed - before.Computed);
            return new(cached + computed, computed, Generated - before.Generated, FromMemory: Origins.FromMemory > before.Origins.FromMemory);
        }
    }
}
