using System.Text.Json;
using CoderLsp.Configuration;
using CoderLsp.Lsp.Documents;
using CoderLsp.Lsp.Inline;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp;

/// <summary>The language server: which message goes to which handler, and the beginning and the end of a session.</summary>
sealed class LanguageServer
{
    readonly ServerServices _services;
    readonly RpcConnection _connection;
    readonly Session _session;
    readonly ClientNotices _notices;
    readonly ModelHost _model;
    JsonElement _editorSettings;

    LanguageServer(RpcConnection connection, ServerServices services)
    {
        _services = services;
        _connection = connection;
        _session = new(connection.Closing);
        _notices = new(connection, services.Log);
        _model = new(services, _notices);
        var documents = new DocumentStore(() => _session.Encoding, _notices);
        documents.Closed += _model.Forget;
        var suggestions = new Suggestions(documents, _model, _session, services.Log);

        connection.OnRequest<InitializeParams, InitializeResult>("initialize", (client, _) => Task.FromResult(Initialize(client)));
        // Not before: the reply to initialize shall not wait for the model, nor share the processor with its loading.
        connection.OnNotification("initialized", () => _model.Start(_session.Settings));
        connection.OnRequest<object?>("shutdown", _ => Task.FromResult<object?>(null));
        connection.OnNotification<DidChangeConfigurationParams>("workspace/didChangeConfiguration", ChangeConfiguration);

        connection.OnNotification<DidOpenTextDocumentParams>("textDocument/didOpen", documents.Open, documents.Lost);
        connection.OnNotification<DidChangeTextDocumentParams>("textDocument/didChange", documents.Change, documents.Lost);
        connection.OnNotification<DidSaveTextDocumentParams>("textDocument/didSave", documents.Save);
        connection.OnNotification<DidCloseTextDocumentParams>("textDocument/didClose", documents.Close);

        connection.OnRequest<InlineCompletionParams, InlineCompletionList>(
            "textDocument/inlineCompletion", Loading<InlineCompletionParams, InlineCompletionList>(new InlineCompletionHandler(suggestions, _session).HandleAsync));
        connection.OnRequest<CompletionParams, CompletionList>(
            "textDocument/completion", Loading<CompletionParams, CompletionList>(new CompletionHandler(suggestions, _session).HandleAsync));
    }

    /// <summary>Serves one client until it says <c>exit</c>, its process dies or the input ends.</summary>
    /// <returns>The exit status: 0 when the client said <c>shutdown</c> first, else 1.</returns>
    public static async Task<int> RunAsync(Stream input, Stream output, ServerServices services)
    {
        using var connection = new RpcConnection(input, output, LspJson.Default, new RpcOptions(line => services.Log(LogLevel.Warning, line)));
        _ = new LanguageServer(connection, services);
        await connection.RunAsync().ConfigureAwait(false);
        return connection.IsShutDown ? 0 : 1;
    }

    InitializeResult Initialize(InitializeParams client)
    {
        _session.Encoding = PositionEncoding.Choose(client.Capabilities?.General?.PositionEncodings);
        // Neovim 0.12 cuts an inline completion at \n and would put the \r of a DOS file into the line.
        _session.WantsLineFeeds = client.ClientInfo?.Name == "Neovim";
        RefuseOtherKinds("initializationOptions", client.InitializationOptions);
        _editorSettings = client.InitializationOptions;
        _session.Settings = ReadSettings();
        if (client.ProcessId is > 0 and { } processId) _ = EndWithClientAsync(processId);
        _services.Log(LogLevel.Information, $"The client is {NameOf(client.ClientInfo)}; positions are {_session.Encoding.Name}.");
        return new(
            new ServerCapabilities(
                _session.Encoding.Name,
                new TextDocumentSyncOptions(OpenClose: true, TextDocumentSyncKind.Incremental, new SaveOptions(IncludeText: false)),
                InlineCompletionProvider: true,
                new CompletionOptions(ResolveProvider: false)),
            new Implementation("coderlsp", typeof(LanguageServer).Assembly.GetName().Version?.ToString(3)));
    }

    static string NameOf(Implementation? client) =>
        client is not { Name.Length: > 0 } ? "unknown" : client.Version is { Length: > 0 } version ? $"{client.Name} {version}" : client.Name;

    // A client that forgets to say "initialized" shall not wait for ever.
    Func<TParams, CancellationToken, Task<TResult>> Loading<TParams, TResult>(Func<TParams, CancellationToken, Task<TResult>> handle) =>
        (parameters, cancellation) =>
        {
            _model.Start(_session.Settings);
            return handle(parameters, cancellation);
        };

    CoderLspSettings ReadSettings()
    {
        try
        {
            var result = _services.ReadSettings(SettingsIn(_editorSettings));
            foreach (var warning in result.Warnings) _services.Log(LogLevel.Warning, warning);
            foreach (var error in result.Errors)
                _notices.ShowOnce("setting: " + error.Message, MessageType.Error, $"CoderLsp: {error.Message}", LogLevel.Error, error.Message);
            return result.Settings;
        }
        catch (UserException error)
        {
            _notices.ShowOnce("settings: " + error.Message, MessageType.Error, $"CoderLsp uses its defaults: {error.Message}", LogLevel.Error, error.Message);
            return new();
        }
    }

    // Null, nothing and (from Lua, whose empty table has no kind) an empty list are how clients say that there are no settings.
    void RefuseOtherKinds(string name, JsonElement sent)
    {
        if (sent.ValueKind is JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined
            || (sent.ValueKind == JsonValueKind.Array && sent.GetArrayLength() == 0)) return;
        var message = $"{name} is {SettingsLayers.Shown(sent)}; it must be an object with settings.";
        _notices.ShowOnce("kind: " + name, MessageType.Error, $"CoderLsp: {message}", LogLevel.Error, message);
    }

    // Clients send the settings bare or below the server's name.
    static JsonElement? SettingsIn(JsonElement sent)
    {
        if (sent.ValueKind != JsonValueKind.Object) return null;
        return sent.TryGetProperty("coderlsp", out var section) && section.ValueKind == JsonValueKind.Object ? section : sent;
    }

    void ChangeConfiguration(DidChangeConfigurationParams changed)
    {
        // Clients that keep no settings for a server send null or nothing of ours: what initialize brought then holds on.
        RefuseOtherKinds("settings in workspace/didChangeConfiguration", changed.Settings);
        if (changed.Settings.ValueKind != JsonValueKind.Object || !changed.Settings.TryGetProperty("coderlsp", out var section)) return;
        RefuseOtherKinds("settings.coderlsp in workspace/didChangeConfiguration", section);
        if (section.ValueKind != JsonValueKind.Object) return;
        var before = _session.Settings;
        _editorSettings = section;
        _session.Settings = ReadSettings();
        if ((before.Model, before.Threads, before.ContextTokens) != (_session.Settings.Model, _session.Settings.Threads, _session.Settings.ContextTokens))
            _services.Log(LogLevel.Warning, "Another model, threads and contextTokens take effect when the server is started again.");
    }

    async Task EndWithClientAsync(int processId)
    {
        try
        {
            await ClientProcess.WaitForEndAsync(processId, _services.ClientCheckInterval, _connection.Closing).ConfigureAwait(false);
            _services.Log(LogLevel.Warning, $"The client's process {processId} is gone: the server ends.");
            _connection.Close();
        }
        catch (OperationCanceledException)
        {
            // The connection ended first.
        }
    }
}
