using System.Text.Json;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

/// <summary>What an editor's user does with code actions.</summary>
static class ActionEditor
{
    public const string Code = "def add(a, b):\n    c = a + b\n    return c\n";
    public const string Better = "def add(a, b):\n    return a + b\n";

    /// <summary>Takes commands only, and makes changes that it is sent.</summary>
    public static readonly object Plain = new { workspace = new { applyEdit = true } };

    public static readonly object Able = new
    {
        window = new { workDoneProgress = true, showDocument = new { support = true } },
        workspace = new
        {
            applyEdit = true,
            workspaceEdit = new
            {
                documentChanges = true, resourceOperations = new[] { "create", "rename", "delete" },
                changeAnnotationSupport = new { groupsOnLabel = true },
            },
        },
        textDocument = new
        {
            codeAction = new
            {
                codeActionLiteralSupport = new { codeActionKind = new { valueSet = new[] { "quickfix", "refactor" } } }, dataSupport = true,
                resolveSupport = new { properties = new[] { "edit" } }, honorsChangeAnnotations = true,
            },
        },
    };

    public static async Task<ServerUnderTest> OpenAsync(
        ScriptedChatModel? chat, object capabilities, string text = Code, string client = "test", bool answersProgress = true, TimeProvider? time = null)
    {
        var server = new ServerUnderTest(() => new ScriptedModel((_, _) => Task.FromResult("x")), chat, time);
        await server.InitializeAsync(new
        {
            capabilities, clientInfo = new { name = client }, initializationOptions = chat is null ? new { } : (object)new { chatModel = "scripted" },
        });
        server.Client.OnRequest("workspace/applyEdit", _ => new { applied = true });
        if (answersProgress) server.Client.OnRequest("window/workDoneProgress/create", _ => null);
        server.Client.OnRequest("window/showDocument", _ => new { success = true });
        await server.OpenAsync(text);
        return server;
    }

    public static object Context(string[]? only = null, params object[] diagnostics) => new { diagnostics, only };

    public static object Problem(string message) => new { range = At(1, 4, 5), severity = 2, code = 42, source = "lint", message };

    public static async Task<JsonElement[]> OffersAsync(ServerUnderTest server, object range, object? context = null)
    {
        var reply = await server.Client.CallAsync("textDocument/codeAction",
            new { textDocument = new { uri = DocumentUri }, range, context = context ?? Context() });
        return [.. reply.GetProperty("result").EnumerateArray()];
    }

    public static readonly object Whole = new { start = new { line = 0, character = 0 }, end = new { line = 2, character = 12 } };

    public static string TitleOf(JsonElement action) => action.GetProperty("title").GetString()!;

    public static async Task<JsonElement> OfferAsync(ServerUnderTest server, string title, object? context = null) =>
        (await OffersAsync(server, Whole, context)).Single(action => TitleOf(action) == title);

    public static Task<JsonElement> RunAsync(ServerUnderTest server, JsonElement command) => server.Client.CallAsync(
        "workspace/executeCommand", new { command = command.GetProperty("command").GetString(), arguments = command.GetProperty("arguments") });

    public static string[] MessagesOf(ServerUnderTest server) => [.. server.Shown.Select(m => m.GetProperty("params").GetProperty("message").GetString()!)];

    public static Task<JsonElement> ProgressAsync(ServerUnderTest server, string kind, string token = "coderlsp-1") => server.Client.WaitForAsync(m =>
        MethodOf(m) == "$/progress" && m.GetProperty("params").GetProperty("token").GetString() == token
        && m.GetProperty("params").GetProperty("value").GetProperty("kind").GetString() == kind);

    public static JsonElement[] SentOf(ServerUnderTest server, string method) =>
        [.. server.Client.Received.Where(m => MethodOf(m) == method).Select(m => m.GetProperty("params"))];
}
