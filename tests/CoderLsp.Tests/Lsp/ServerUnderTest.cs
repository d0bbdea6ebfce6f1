using System.Collections;
using System.IO.Pipelines;
using System.Text.Json;
using CoderLsp.Completion;
using CoderLsp.Configuration;
using CoderLsp.Lsp;
using CoderLsp.Models.Loading;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Lsp;

/// <summary>The language server on pipes in memory, with a scripted model, and an editor at its other end.</summary>
sealed class ServerUnderTest : IAsyncDisposable
{
    public const string DocumentUri = "file:///project/a.py";

    // Nothing of the machine that runs the tests may reach them.
    static readonly Lazy<string> EmptyConfiguration = new(WriteEmptyConfiguration);

    readonly Pipe _toClient = new();

    /// <param name="chat">The model for actions and chat, for settings that name one.</param>
    /// <param name="time">The server's clock.</param>
    public ServerUnderTest(Func<IInfillModel> load, IChatModel? chat = null, TimeProvider? time = null, string? acceptHistoryFile = null)
    {
        var toServer = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var services = new ServerServices(
            editor => SettingsLayers.Load(ConfigurationFile ?? EmptyConfiguration.Value, new Hashtable(), []).Read(editor),
            new ScriptedPlans(this, load, chat),
            (level, line) =>
            {
                lock (Log) Log.Add($"{level}: {line}");
            })
        {
            ClientCheckInterval = TimeSpan.FromMilliseconds(50), AnswersFolder = AnswersFolder, Time = time ?? TimeProvider.System,
            AcceptHistoryFile = acceptHistoryFile, OnBattery = () => Battery(),
        };
        Client = new LspTestClient(toServer.Writer.AsStream(), _toClient.Reader.AsStream(), MetaModel.IfGiven);
        Running = RunAsync(toServer.Reader.AsStream(), services);
    }

    public ServerUnderTest(IInfillModel model, IChatModel? chat = null) : this(() => model, chat)
    {
    }

    /// <summary>What happens while the model for suggestions is loaded: gets what takes the percentage.</summary>
    public Action<Action<int>>? LoadProgress { get; init; }

    /// <summary>What happens while the model for actions and chat is loaded.</summary>
    public Action? ChatLoading { get; init; }

    /// <summary>Whether the machine runs on a battery.</summary>
    public Func<bool> Battery { get; set; } = () => false;

    public string AnswersFolder { get; } = Path.Combine(Path.GetTempPath(), $"coderlsp-answers-{Guid.NewGuid():N}");

    /// <summary>The user's, with settings; null: one without.</summary>
    public string? ConfigurationFile { get; init; }

    public LspTestClient Client { get; }

    /// <summary>The exit status.</summary>
    public Task<int> Running { get; }

    public List<string> Log { get; } = [];

    /// <summary>The settings that the model was loaded with.</summary>
    public CoderLspSettings? Loaded { get; private set; }

    public IEnumerable<JsonElement> Shown => Client.Received.Where(m => MethodOf(m) == "window/showMessage");

    /// <summary>A server whose model says the same to everything.</summary>
    public static Task<ServerUnderTest> SayingAsync(string answer, object? initialize = null) =>
        InitializedAsync(new ScriptedModel((_, _) => Task.FromResult(answer)), initialize);

    public static async Task<ServerUnderTest> InitializedAsync(IInfillModel model, object? initialize = null)
    {
        var server = new ServerUnderTest(model);
        await server.InitializeAsync(initialize);
        return server;
    }

    public async Task<JsonElement> InitializeAsync(object? parameters = null)
    {
        var reply = await Client.CallAsync("initialize", parameters ?? new { processId = (int?)null, capabilities = new { } });
        await Client.NotifyAsync("initialized", new { });
        return reply;
    }

    public static string? MethodOf(JsonElement message) => message.TryGetProperty("method", out var method) ? method.GetString() : null;

    public Task OpenAsync(string text, int version = 1, string languageId = "python") =>
        Client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri = DocumentUri, languageId, version, text } });

    public Task ChangeAsync(int version, params object[] changes) =>
        Client.NotifyAsync("textDocument/didChange", new { textDocument = new { uri = DocumentUri, version }, contentChanges = changes });

    public static object Edit(int line, int from, int to, string text) => new { range = At(line, from, to), text };

    public static object At(int line, int from, int to) => new { start = new { line, character = from }, end = new { line, character = to } };

    public static object Inline(int line, int character, int triggerKind = 2, object? selected = null) => new
    {
        textDocument = new { uri = DocumentUri }, position = new { line, character },
        context = new { triggerKind, selectedCompletionInfo = selected },
    };

    /// <summary>The texts of the items of an inline completion's reply.</summary>
    public async Task<string[]> SuggestAsync(int line, int character, int triggerKind = 2) =>
        TextsOf(await Client.CallAsync("textDocument/inlineCompletion", Inline(line, character, triggerKind)));

    public static string[] TextsOf(JsonElement reply) =>
        [.. reply.GetProperty("result").GetProperty("items").EnumerateArray().Select(item => item.GetProperty("insertText").GetString()!)];

    public async ValueTask DisposeAsync()
    {
        Client.CloseInput();
        await Running.WaitAsync(TimeSpan.FromSeconds(60));
        await Client.DisposeAsync();
        if (Directory.Exists(AnswersFolder)) Directory.Delete(AnswersFolder, recursive: true);
    }

    async Task<int> RunAsync(Stream input, ServerServices services)
    {
        var status = await LanguageServer.RunAsync(input, _toClient.Writer.AsStream(), services);
        await _toClient.Writer.CompleteAsync();
        return status;
    }

    sealed class ScriptedPlans(ServerUnderTest server, Func<IInfillModel> load, IChatModel? chat) : IModelPlans
    {
        public ModelPlan<LoadedCompletion> Completion(CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded) =>
            new((settings.Model, settings.Threads, settings.ContextTokens), "model", _ => false, () => null, (progress, _) =>
            {
                server.Loaded = settings;
                server.LoadProgress?.Invoke(progress);
                return new(load(), "Q4_K_M");
            });

        public ModelPlan<LoadedChat>? Chat(CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded) =>
            settings.ChatModel is not { } name ? null : new(name, "chatModel", _ => false, () => null,
                (_, _) =>
                {
                    server.ChatLoading?.Invoke();
                    return name == "broken" ? throw new UserException("It is broken.") : new(chat!);
                });
    }

    static string WriteEmptyConfiguration()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "empty-config.json");
        // Computing ahead is for the tests that are about it: it would call the others' models.
        File.WriteAllText(path, """{"background":{"enabled":false}}""");
        return path;
    }
}
