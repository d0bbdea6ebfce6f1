using System.Text.Json;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

public class ConfigurationTests
{
    static readonly object Pulling = new
    {
        workspace = new
        {
            configuration = true, didChangeConfiguration = new { dynamicRegistration = true }, didChangeWatchedFiles = new { dynamicRegistration = true },
        },
    };

    static ServerUnderTest New() => new(() => new ScriptedModel((_, _) => Task.FromResult("x")));

    [Fact]
    public async Task The_clients_configuration_is_asked_for_before_the_model_is_loaded()
    {
        await using var server = New();
        server.Client.OnRequest("workspace/configuration", asked =>
        {
            asked.GetProperty("items")[0].GetProperty("section").GetString().ShouldBe("coderlsp");
            return new object?[] { new { model = "pulled" } };
        });
        await server.InitializeAsync(new { capabilities = Pulling, initializationOptions = new { model = "first", threads = 2 } });
        await server.OpenAsync("y = ");
        (await server.SuggestAsync(0, 4)).ShouldBe(["x"]);
        (server.Loaded!.Model, server.Loaded.Threads).ShouldBe(("pulled", 2));
    }

    [Fact]
    public async Task A_change_is_asked_for_anew_and_another_model_needs_no_restart()
    {
        var model = "one";
        await using var server = New();
        server.Client.OnRequest("workspace/configuration", _ => new object?[] { new { model } });
        await server.InitializeAsync(new { capabilities = Pulling });
        await server.OpenAsync("y = ");
        await server.SuggestAsync(0, 4);
        server.Loaded!.Model.ShouldBe("one");
        model = "two";
        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = (object?)null });
        await server.Client.WaitForAsync(_ => server.Client.Received.Count(m => MethodOf(m) == "workspace/configuration") == 2);
        while (server.Loaded!.Model != "two") await server.SuggestAsync(0, 4);
    }

    [Fact]
    public async Task A_client_that_fails_to_answer_has_no_configuration()
    {
        await using var server = New();
        server.Client.OnRequest("workspace/configuration", _ => new object?[] { null });
        await server.InitializeAsync(new { capabilities = Pulling, initializationOptions = new { model = "first" } });
        await server.OpenAsync("y = ");
        (await server.SuggestAsync(0, 4)).ShouldBe(["x"]);
        server.Loaded!.Model.ShouldBe("first");
        server.Shown.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_answers_late_keeps_nobody_waiting_and_is_heard()
    {
        await using var server = New();
        await server.InitializeAsync(new { capabilities = Pulling, initializationOptions = new { model = "first" } });
        await server.OpenAsync("y = ");
        var asked = await server.Client.WaitForAsync(m => MethodOf(m) == "workspace/configuration");
        (await server.SuggestAsync(0, 4)).ShouldBe(["x"]);
        server.Loaded!.Model.ShouldBe("first");
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":{{asked.GetProperty("id").GetRawText()}},"result":[{"model":"late"}]}""");
        while (server.Loaded.Model != "late") await server.SuggestAsync(0, 4);
    }

    [Fact]
    public async Task An_answer_that_comes_behind_a_later_one_is_out_of_date()
    {
        await using var server = New();
        await server.InitializeAsync(new { capabilities = Pulling });
        await server.OpenAsync("y = ");
        await server.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = (object?)null });
        bool IsQuestion(JsonElement message) => MethodOf(message) == "workspace/configuration";
        await server.Client.WaitForAsync(_ => server.Client.Received.Count(IsQuestion) == 2);
        var questions = server.Client.Received.Where(IsQuestion).ToArray();
        await AnswerAsync(questions[1], "new");
        while (server.Loaded?.Model != "new") await server.SuggestAsync(0, 4);
        await AnswerAsync(questions[0], "old");
        await server.SuggestAsync(0, 4);
        await server.Client.CallAsync("coderlsp/state");
        server.Loaded.Model.ShouldBe("new");

        Task AnswerAsync(JsonElement question, string model) =>
            server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":{{question.GetProperty("id").GetRawText()}},"result":[{"model":"{{model}}"}]}""");
    }

    [Fact]
    public async Task What_the_client_shall_tell_is_registered_where_it_takes_registrations()
    {
        await using var server = New();
        server.Client.OnRequest("client/registerCapability", _ => null);
        await server.InitializeAsync(new { capabilities = Pulling });
        var registered = await server.Client.WaitForAsync(m => MethodOf(m) == "client/registerCapability");
        registered.GetProperty("params").GetProperty("registrations").EnumerateArray().Select(r => r.GetProperty("method").GetString())
            .ShouldBe(["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"]);
        await using var other = await SayingAsync("x");
        await other.OpenAsync("y = ");
        await other.SuggestAsync(0, 4);
        other.Client.Received.ShouldNotContain(m => MethodOf(m) == "client/registerCapability");
    }

    [Fact]
    public async Task A_wrong_value_is_told_and_the_rest_holds_live()
    {
        await using var server = New();
        await server.InitializeAsync();
        await server.OpenAsync("y = ");
        await server.Client.NotifyAsync("workspace/didChangeConfiguration",
            new { settings = new { coderlsp = new { inline = new { maxTokens = "many", enabled = false } } } });
        (await server.SuggestAsync(0, 4)).ShouldBeEmpty();
        server.Shown.ShouldHaveSingleItem().GetProperty("params").GetProperty("message").GetString()
            .ShouldBe("CoderLsp: inline.maxTokens in the editor's settings is the text \"many\"; it must be a whole number from 1 to 1024.");
    }
}
