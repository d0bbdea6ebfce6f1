using System.Diagnostics;
using System.Text.Json;
using CoderLsp.TestSupport;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

public class SessionTests
{
    static ScriptedModel Model => new((_, _) => Task.FromResult("a + b"));

    [Fact]
    public async Task Initialize_says_what_the_server_can_do()
    {
        await using var server = new ServerUnderTest(Model);
        // As one Emacs client sends it: null where others send an object.
        var result = (await server.InitializeAsync(new
        {
            processId = (int?)null, rootUri = (string?)null, capabilities = new { textDocument = new { inlineCompletion = (object?)null } },
        })).GetProperty("result");
        var capabilities = result.GetProperty("capabilities");
        capabilities.GetProperty("positionEncoding").GetString().ShouldBe("utf-16");
        capabilities.GetProperty("inlineCompletionProvider").GetBoolean().ShouldBeTrue();
        capabilities.GetProperty("completionProvider").ValueKind.ShouldBe(JsonValueKind.Object);
        capabilities.GetProperty("textDocumentSync").GetRawText().ShouldBe("""{"openClose":true,"change":2,"save":{"includeText":false}}""");
        result.GetProperty("serverInfo").GetProperty("name").GetString().ShouldBe("coderlsp");
    }

    [Theory]
    [InlineData(new string[0], "utf-16")]
    [InlineData(new[] { "utf-8", "utf-16" }, "utf-8")]
    [InlineData(new[] { "utf-16", "utf-8" }, "utf-16")]
    [InlineData(new[] { "utf-32", "utf-8" }, "utf-32")]
    [InlineData(new[] { "utf-7", "utf-8" }, "utf-8")]
    [InlineData(new[] { "utf-7" }, "utf-16")]
    public async Task The_first_encoding_of_the_client_that_is_known_is_taken(string[] offered, string chosen)
    {
        await using var server = new ServerUnderTest(Model);
        var reply = await server.InitializeAsync(new { capabilities = new { general = new { positionEncodings = offered } } });
        reply.GetProperty("result").GetProperty("capabilities").GetProperty("positionEncoding").GetString().ShouldBe(chosen);
    }

    [Fact]
    public async Task Requests_wait_for_the_model_and_initialize_does_not()
    {
        using var load = new ManualResetEventSlim();
        await using var server = new ServerUnderTest(() =>
        {
            load.Wait(TimeSpan.FromSeconds(60));
            return Model;
        });
        await server.InitializeAsync();
        await server.OpenAsync("x = ");
        var id = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(0, 4));
        // Answered although the earlier request still waits for the model.
        (await server.Client.CallAsync("no/such")).TryGetProperty("error", out _).ShouldBeTrue();
        server.Client.Received.ShouldNotContain(m => LspTestClient.IsReplyTo(m, $"{id}"));
        load.Set();
        TextsOf(await server.Client.ReplyAsync(id)).ShouldBe(["a + b"]);
    }

    [Fact]
    public async Task A_request_that_waits_for_the_model_can_be_cancelled_and_the_server_ended()
    {
        using var load = new ManualResetEventSlim();
        await using var server = new ServerUnderTest(() =>
        {
            load.Wait(TimeSpan.FromSeconds(60));
            return Model;
        });
        await server.InitializeAsync();
        await server.OpenAsync("x = ");
        var cancelled = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(0, 4));
        await server.Client.NotifyAsync("$/cancelRequest", new { id = cancelled });
        (await server.Client.ReplyAsync(cancelled)).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32800);
        var open = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(0, 4));
        server.Client.CloseInput();
        (await server.Running.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(1);
        TextsOf(await server.Client.ReplyAsync(open)).ShouldBeEmpty();
        load.Set();
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_told_once_and_requests_are_answered_empty()
    {
        await using var server = new ServerUnderTest(() => throw new UserException("There is no model named 'nope'."));
        await server.InitializeAsync();
        await server.OpenAsync("x = ");
        for (var i = 0; i < 3; i++) (await server.SuggestAsync(0, 4)).ShouldBeEmpty();
        await server.Client.WaitForAsync(m => MethodOf(m) == "window/showMessage");
        var shown = server.Shown.ShouldHaveSingleItem().GetProperty("params");
        shown.GetProperty("type").GetInt32().ShouldBe(1);
        shown.GetProperty("message").GetString()!.ShouldContain("There is no model named 'nope'. Correct the setting 'model'; no restart is needed.");
    }

    [Fact]
    public async Task Settings_come_with_initialize_bare_or_below_the_servers_name()
    {
        foreach (object options in new object[] { new { model = "m1", threads = 3 }, new { coderlsp = new { model = "m1", threads = 3 } } })
        {
            await using var server = await SayingAsync("x", new { initializationOptions = options });
            await server.OpenAsync("y = ");
            await server.SuggestAsync(0, 4);
            server.Loaded!.Model.ShouldBe("m1");
            server.Loaded.Threads.ShouldBe(3);
        }
    }

    [Fact]
    public async Task A_bad_setting_is_told_and_an_unknown_one_logged()
    {
        await using var server = await SayingAsync("x", new { initializationOptions = new { threads = "many", colour = "blue" } });
        await server.OpenAsync("y = ");
        (await server.SuggestAsync(0, 4)).ShouldBe(["x"]);
        server.Shown.ShouldHaveSingleItem().GetProperty("params").GetProperty("message").GetString()!.ShouldContain("threads");
        lock (server.Log) server.Log.Count(line => line.StartsWith("Warning:") && line.Contains("'colour'")).ShouldBe(1);
    }

    [Theory]
    [InlineData("null", null)]
    [InlineData("5", "is the number 5; it must be an object with settings.")]
    [InlineData("[1]", "is a list; it must be an object with settings.")]
    [InlineData("\"text\"", "is the text \"text\"; it must be an object with settings.")]
    public async Task Settings_of_another_kind_are_told_once_and_change_nothing(string options, string? told)
    {
        var sent = JsonDocument.Parse(options).RootElement;
        await using var server = await SayingAsync("x", new { initializationOptions = sent });
        for (var i = 0; i < 2; i++) await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { coderlsp = sent } });
        await server.OpenAsync("y = ");
        (await server.SuggestAsync(0, 4)).ShouldBe(["x"]);
        string[] names = told is null ? [] : ["initializationOptions", "settings.coderlsp in workspace/didChangeConfiguration"];
        server.Shown.Select(m => m.GetProperty("params").GetProperty("message").GetString()).ShouldBe(names.Select(name => $"CoderLsp: {name} {told}"));
    }

    [Fact]
    public async Task A_failure_that_is_not_the_models_does_not_blame_the_setting()
    {
        await using var server = new ServerUnderTest(() => throw new NotSupportedException("CODERLSP_ISA is wrong; leave it unset."));
        await server.InitializeAsync();
        await server.OpenAsync("x = ");
        (await server.SuggestAsync(0, 4)).ShouldBeEmpty();
        var shown = await server.Client.WaitForAsync(m => MethodOf(m) == "window/showMessage");
        shown.GetProperty("params").GetProperty("message").GetString()!.ShouldEndWith("leave it unset.");
    }

    [Fact]
    public async Task Changed_settings_take_effect_and_messages_of_other_servers_do_not_disturb()
    {
        await using var server = await SayingAsync("x");
        await server.OpenAsync("y = ");
        foreach (var method in new[] { "$/setTrace", "textDocument/didFocus", "workspace/didChangeWatchedFiles", "$/progress", "window/workDoneProgress/cancel" })
            await server.Client.NotifyAsync(method, new { value = "off" });
        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = (object?)null });
        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { other = new { } } });
        (await server.SuggestAsync(0, 4)).ShouldBe(["x"]);
        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { coderlsp = new { inline = new { enabled = false } } } });
        (await server.SuggestAsync(0, 4)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_traces_hears_how_long_messages_took()
    {
        await using var server = await SayingAsync("x");
        await server.Client.CallAsync("coderlsp/state");
        server.Client.Received.ShouldNotContain(m => MethodOf(m) == "$/logTrace");
        await server.Client.NotifyAsync("$/setTrace", new { value = "messages" });
        await server.Client.CallAsync("coderlsp/state");
        var told = await server.Client.WaitForAsync(m => MethodOf(m) == "$/logTrace" && m.GetRawText().Contains("coderlsp/state"));
        told.GetProperty("params").GetProperty("message").GetString()!.ShouldMatch(@"^coderlsp/state: \d+\.\d ms$");
    }

    [Fact]
    public async Task The_exit_status_says_whether_the_client_shut_down_first()
    {
        await using var orderly = await SayingAsync("x");
        await orderly.Client.CallAsync("shutdown");
        await orderly.Client.NotifyAsync("exit");
        (await orderly.Running.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(0);

        await using var sudden = await SayingAsync("x");
        await sudden.Client.NotifyAsync("exit");
        (await sudden.Running.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(1);
    }

    [Fact]
    public async Task The_death_of_the_clients_process_ends_the_server()
    {
        using var client = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        await using var server = await SayingAsync("x", new { processId = client.Id });
        await client.WaitForExitAsync();
        (await server.Running.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(1);
    }
}
