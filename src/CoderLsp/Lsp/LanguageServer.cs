using CoderLsp.Completion.Inline;
using CoderLsp.Lsp.Actions;
using CoderLsp.Lsp.Background;
using CoderLsp.Lsp.Chat;
using CoderLsp.Lsp.Documents;
using CoderLsp.Lsp.Inline;
using CoderLsp.Lsp.Progress;
using CoderLsp.Lsp.Status;
using CoderLsp.Lsp.Workspace;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp;

/// <summary>The language server: its parts, which message goes to which of them, and the beginning and the end of a session.</summary>
sealed class LanguageServer : IDisposable
{
    readonly ServerServices _services;
    readonly RpcConnection _connection;
    readonly Session _session;
    readonly EditorConfiguration _configuration;
    readonly WorkspaceState _workspace;
    readonly CommandRegistry _commands = new();
    readonly ModelHost _models;
    readonly BackgroundWork _background;
    readonly AcceptHistoryFile? _history;
    readonly Trace _trace;

    LanguageServer(RpcConnection connection, ServerServices services, Trace trace)
    {
        (_services, _connection, _session, _trace) = (services, connection, new(connection.Closing), trace);
        trace.Begin(connection);
        var notices = new ClientNotices(connection, services.Log);
        var progress = new ProgressReporter(connection, _session);
        var status = new ServerStatus(connection, _session, services.Time);
        _configuration = new(connection, _session, services, notices);
        var documents = new DocumentStore(() => _session.Encoding, notices);
        _workspace = new(connection, _session, documents, services.Log);
        _models = new(services, _session, _configuration, status, progress, notices);
        documents.Closed += _models.Forget;

        connection.OnRequest<InitializeParams, InitializeResult>("initialize", (client, _) => Task.FromResult(Initialize(client)));
        connection.OnNotification("initialized", Begin);
        connection.OnRequest<object?>("shutdown", _ => Task.FromResult<object?>(null));

        connection.OnNotification<DidOpenTextDocumentParams>("textDocument/didOpen", documents.Open, documents.Lost);
        connection.OnNotification<DidChangeTextDocumentParams>("textDocument/didChange", documents.Change, documents.Lost);
        connection.OnNotification<DidSaveTextDocumentParams>("textDocument/didSave", documents.Save);
        connection.OnNotification<DidCloseTextDocumentParams>("textDocument/didClose", documents.Close);

        var history = new AcceptHistory(services.Time);
        _history = AcceptHistoryFile.Keep(history, services, connection.Closing);
        var offers = new Offers(history, services.Time);
        documents.Closed += offers.Closed;
        connection.OnNotification<InlineItemParams>("textDocument/didShowCompletion", offers.Shown);
        connection.OnNotification<InlineItemParams>("textDocument/didPartiallyAcceptCompletion", offers.PartlyAccepted);
        _commands.Add(AcceptedCommand.Name, new AcceptedCommand(offers).RunAsync);
        var governor = new Governor(_session);
        var answers = new SuggestionAnswers(_models, governor, _session, status, services.Time);
        documents.Changed += answers.Changed;
        documents.Closed += answers.Forget;
        var prompts = new PromptsAhead(documents, _workspace, _session);
        documents.Changed += prompts.Changed;
        connection.OnNotification<DidFocusTextDocumentParams>("textDocument/didFocus", prompts.Focused);
        _background = new(_models, governor, answers, prompts, status, _session, services);
        var suggestions = new Suggestions(documents, answers, prompts, _workspace, _session, history, services);
        connection.OnRequest<InlineCompletionParams, InlineCompletionList>(
            "textDocument/inlineCompletion", new InlineCompletionHandler(suggestions, _session, offers).HandleAsync);
        connection.OnRequest<ExplainSuggestionParams, ExplainSuggestionResult?>(
            "coderlsp/explainSuggestion", (asked, _) => Task.FromResult(new ExplainSuggestionHandler(documents).Handle(asked)));
        connection.OnRequest<CompletionParams, CompletionList>(
            "textDocument/completion", new CompletionHandler(suggestions, documents, _session).HandleAsync);

        connection.OnRequest<CodeActionParams, object>(
            "textDocument/codeAction", (asked, _) => Task.FromResult(new CodeActionHandler(documents, prompts, _session).Handle(asked)));
        var work = new ActionWork(documents, _models, _workspace, _session, status);
        var actions = new ActionRunners(connection, _session, work, progress, notices, services);
        actions.AddTo(_commands);
        connection.OnRequest<CodeAction, CodeAction>("codeAction/resolve", actions.ResolveAsync);
        connection.OnRequest<ExecuteCommandParams, object?>("workspace/executeCommand", async (asked, cancellation) => await _commands.HandleAsync(asked, cancellation).ConfigureAwait(false));
        connection.OnRequest<ExplainParams, ExplainResult>("coderlsp/explain", actions.ExplainAsync);
        connection.OnRequest<ChatParams, ChatResult>("coderlsp/chat", new ChatHandler(documents, _models, _workspace, _session, progress, status).HandleAsync);
    }

    /// <summary>Serves one client until it says <c>exit</c>, its process dies or the input ends.</summary>
    /// <returns>The exit status: 0 when the client said <c>shutdown</c> first, else 1.</returns>
    public static async Task<int> RunAsync(Stream input, Stream output, ServerServices services)
    {
        var trace = new Trace();
        LanguageServer? server = null;
        using var connection = new RpcConnection(input, output, LspJson.Default, new RpcOptions(line => services.Log(LogLevel.Warning, line))
        {
            Handled = (method, time) =>
            {
                trace.Handled(method, time);
                server?._background.Disturb();
            },
        });
        using var ending = server = new LanguageServer(connection, services, trace);
        await connection.RunAsync().ConfigureAwait(false);
        server._history?.Save();
        return connection.IsShutDown ? 0 : 1;
    }

    public void Dispose()
    {
        _models.Dispose();
        _workspace.Dispose();
    }

    InitializeResult Initialize(InitializeParams client)
    {
        _session.Encoding = PositionEncoding.Choose(client.Capabilities?.General?.PositionEncodings);
        _session.Client = ClientFeatures.Of(client);
        _trace.Set(client.Trace);
        _configuration.Initialize(client.InitializationOptions);
        _workspace.Initialize(client);
        if (client.ProcessId is > 0 and { } processId) _ = EndWithClientAsync(processId);
        _services.Log(LogLevel.Information, $"The client is {NameOf(client.ClientInfo)}; positions are {_session.Encoding.Name}.");
        return new(
            new ServerCapabilities(
                _session.Encoding.Name,
                new TextDocumentSyncOptions(OpenClose: true, TextDocumentSyncKind.Incremental, new SaveOptions(IncludeText: false)),
                InlineCompletionProvider: true,
                new CompletionOptions(ResolveProvider: false),
                new CodeActionOptions(Completion.Actions.ActionTable.Kinds, ResolveProvider: true),
                new ExecuteCommandOptions(_commands.Names),
                new WorkspaceOptions(new(Supported: true, ChangeNotifications: true))),
            new Implementation("coderlsp", typeof(LanguageServer).Assembly.GetName().Version?.ToString(3)));
    }

    // Not before: the reply to initialize shall not wait for the model, nor share the processor with its loading.
    void Begin()
    {
        _ = _workspace.RegisterAsync();
        _models.Begin();
    }

    static string NameOf(Implementation? client) =>
        client is not { Name.Length: > 0 } ? "unknown" : client.Version is { Length: > 0 } version ? $"{client.Name} {version}" : client.Name;

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
