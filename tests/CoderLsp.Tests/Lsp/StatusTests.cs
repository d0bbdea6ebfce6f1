using System.Text.Json;
using CoderLsp.TestSupport;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

public class StatusTests
{
    static readonly object Wanting = new { experimental = new { coderlspStatus = true }, window = new { workDoneProgress = true } };

    static string StateOf(JsonElement message) => message.GetProperty("params").GetProperty("state").GetString()!;

    static Task<JsonElement> StatusAsync(ServerUnderTest server, Func<JsonElement, bool> fits) =>
        server.Client.WaitForAsync(m => MethodOf(m) == "coderlsp/status" && fits(m));

    [Fact]
    public async Task Who_wants_the_status_hears_of_loading_ready_and_busy()
    {
        var halfway = new TaskCompletionSource();
        var loaded = new TaskCompletionSource();
        var answer = new TaskCompletionSource<string>();
        await using var server = new ServerUnderTest(() => new ScriptedModel((_, _) => answer.Task))
        {
            LoadProgress = progress =>
            {
                progress(50);
                loaded.Task.GetAwaiter().GetResult();
            },
        };
        await server.InitializeAsync(new { capabilities = Wanting });
        await StatusAsync(server, m => StateOf(m) == "loading" && m.GetProperty("params").GetProperty("percent").GetInt32() == 50);
        loaded.SetResult();
        var ready = (await StatusAsync(server, m => StateOf(m) == "ready")).GetProperty("params");
        ready.GetProperty("model").GetRawText().ShouldBe("""{"name":"scripted","quantization":"Q4_K_M","contextTokens":4096,"fim":false}""");
        ready.GetProperty("memoryMegabytes").GetInt32().ShouldBeGreaterThan(0);

        await server.OpenAsync("x = ");
        var asked = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(0, 4));
        await StatusAsync(server, m => StateOf(m) == "busy");
        answer.SetResult("1");
        await server.Client.ReplyAsync(asked);
        (await server.Client.CallAsync("coderlsp/state")).GetProperty("result").GetProperty("state").GetString().ShouldBe("ready");
    }

    [Fact]
    public async Task The_status_says_where_suggestions_come_by_themselves_whatever_place_says_so()
    {
        using var folder = new Commands.TestFolder();
        await using var server = new ServerUnderTest(() => new ScriptedModel((_, _) => Task.FromResult("x")))
        {
            ConfigurationFile = folder.Write("config.json", """{"inline":{"languages":{"markdown":false,"csharp":true}}}"""),
        };
        await server.InitializeAsync(new { capabilities = Wanting, initializationOptions = new { inline = new { languages = new { cs = false } } } });
        static string InlineOf(JsonElement message) => message.GetProperty("params").GetProperty("inline").GetRawText();
        const string Languages = """
            "languages":{"markdown":false,"csharp":false,"cs":false},"inherited":{"markdown":false,"csharp":true,"cs":true}}
            """;
        await StatusAsync(server, m => InlineOf(m) == """{"enabled":true,""" + Languages);

        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { coderlsp = new { inline = new { enabled = false } } } });
        await StatusAsync(server, m => InlineOf(m) == """{"enabled":false,""" + Languages);
        (await server.Client.CallAsync("coderlsp/state")).GetProperty("result").GetProperty("inline").GetProperty("enabled").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Who_does_not_want_the_status_hears_nothing_but_may_ask()
    {
        await using var server = await SayingAsync("x");
        await server.OpenAsync("y = ");
        (await server.SuggestAsync(0, 4)).ShouldBe(["x"]);
        (await server.Client.CallAsync("coderlsp/state", new { })).GetProperty("result").GetProperty("state").GetString().ShouldBe("ready");
        server.Client.Received.ShouldNotContain(m => MethodOf(m) == "coderlsp/status");
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_an_error_with_cause_and_remedy()
    {
        await using var server = new ServerUnderTest(() => throw new UserException("There is no model named 'nope'."));
        await server.InitializeAsync(new { capabilities = Wanting });
        var status = (await StatusAsync(server, m => StateOf(m) == "error")).GetProperty("params");
        status.GetProperty("message").GetString().ShouldBe("The model cannot be loaded: There is no model named 'nope'.");
        status.GetProperty("remedy").GetString().ShouldBe("Correct the setting 'model'; no restart is needed.");
    }

    [Theory]
    [InlineData("scripted", null, null)]
    [InlineData("broken", "The model for actions and chat cannot be loaded: It is broken.", "Correct the setting 'chatModel'; no restart is needed.")]
    public async Task The_model_for_actions_and_chat_is_spoken_of_while_it_loads_and_when_it_fails(string name, string? message, string? remedy)
    {
        var loaded = new TaskCompletionSource();
        await using var server = new ServerUnderTest(() => new ScriptedModel((_, _) => Task.FromResult("x")), new ScriptedChatModel("So."))
        {
            ChatLoading = () => loaded.Task.GetAwaiter().GetResult(),
        };
        await server.InitializeAsync(new { capabilities = Wanting, initializationOptions = new { chatModel = name } });
        await StatusAsync(server, m => StateOf(m) == "ready");
        var asked = await server.Client.StartAsync("coderlsp/chat", new { messages = new[] { new { role = "user", content = "Why?" } } });
        await StatusAsync(server, m => StateOf(m) == "ready" && TextOf(m.GetProperty("params"), "message") == $"Loading {name} for actions and chat.");
        loaded.SetResult();
        await server.Client.ReplyAsync(asked);
        var state = (await server.Client.CallAsync("coderlsp/state")).GetProperty("result");
        (TextOf(state, "message"), TextOf(state, "remedy")).ShouldBe((message, remedy));
        // Suggestions go on all the same.
        state.GetProperty("state").GetString().ShouldBe("ready");
    }

    static string? TextOf(JsonElement status, string name) => status.TryGetProperty(name, out var text) ? text.GetString() : null;

    [Fact]
    public async Task An_idle_model_leaves_memory_and_the_next_request_brings_it_back()
    {
        var time = new ManualTime();
        await using var server = new ServerUnderTest(() => new ScriptedModel((_, _) => Task.FromResult("x")), time: time);
        await server.InitializeAsync(new { capabilities = new { }, initializationOptions = new { idleUnloadMinutes = 5 } });
        await server.OpenAsync("y = ");
        (await server.SuggestAsync(0, 4)).ShouldBe(["x"]);
        time.Advance(TimeSpan.FromMinutes(5));
        (await server.Client.CallAsync("coderlsp/state")).GetProperty("result").GetProperty("state").GetString().ShouldBe("unloaded");
        (await server.SuggestAsync(0, 3)).ShouldBe(["x"]);
        (await server.Client.CallAsync("coderlsp/state")).GetProperty("result").GetProperty("state").GetString().ShouldBe("ready");
    }

    [Fact]
    public async Task Long_loading_is_shown_with_a_percentage()
    {
        var time = new ManualTime();
        using var created = new ManualResetEventSlim();
        await using var server = new ServerUnderTest(() => new ScriptedModel((_, _) => Task.FromResult("x")), time: time)
        {
            LoadProgress = progress =>
            {
                progress(10);
                // What is shown is thought of elsewhere, and the time that it waits begins there.
                for (var i = 0; i < 1000 && !created.Wait(10, CancellationToken.None); i++) time.Advance(TimeSpan.FromSeconds(1));
                progress(60);
            },
        };
        server.Client.OnRequest("window/workDoneProgress/create", _ =>
        {
            created.Set();
            return null;
        });
        await server.InitializeAsync(new { capabilities = Wanting });
        await server.OpenAsync("y = ");
        (await server.SuggestAsync(0, 4)).ShouldBe(["x"]);
        await server.Client.WaitForAsync(m => MethodOf(m) == "window/workDoneProgress/create");
    }
}
