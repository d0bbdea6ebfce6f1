using System.Text.Json;
using System.Text.Json.Nodes;
using CoderLsp.TestSupport;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

/// <summary>What the LSP allows, the server reads: random params of every message of the model.</summary>
[Trait("Needs", "Shared")]
public class ValidParamsTests
{
    const string Unreadable = "not as the LSP has";
    const int Rounds = 150;

    static readonly MetaModel Model = MetaModel.Required;

    // These begin and end a session.
    static readonly string[] OfLifecycle = ["initialize", "shutdown", "exit"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_valid_request_and_notification_is_read(int seed)
    {
        var messages = new RandomMessages(Model, new Random(seed));
        await using var server = await SayingAsync("x");
        var handled = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var method in Model.Notifications.Keys.Except(OfLifecycle)) await server.Client.NotifyAsync(method, messages.Params(method));
            foreach (var method in Model.Requests.Keys.Except(OfLifecycle))
            {
                var parameters = messages.Params(method);
                var reply = await server.Client.CallAsync(method, parameters);
                if (!reply.TryGetProperty("error", out var error)) handled.Add(method);
                else error.GetProperty("message").GetString()!.ShouldNotContain(Unreadable, customMessage: $"{method} with {parameters?.ToJsonString()}");
            }
        }
        lock (server.Log) server.Log.ShouldNotContain(line => line.Contains(Unreadable) || line.Contains("needs params") || line.Contains(" failed: "));
        handled.ShouldContain("textDocument/inlineCompletion");
        handled.ShouldContain("textDocument/completion");
    }

    [Fact]
    public async Task Every_valid_initialize_is_accepted()
    {
        var messages = new RandomMessages(Model, new Random(1));
        for (var i = 0; i < Rounds; i++)
        {
            await using var server = new ServerUnderTest(new ScriptedModel((_, _) => Task.FromResult("x")));
            var parameters = messages.Params("initialize")!.AsObject();
            // Another process than the one that reads the answer would end the server.
            parameters["processId"] = null;
            var reply = await server.InitializeAsync(parameters);
            reply.TryGetProperty("result", out _).ShouldBeTrue($"{reply} to {parameters.ToJsonString()}");
        }
    }

    [Fact]
    public void What_is_generated_is_valid()
    {
        var messages = new RandomMessages(Model, new Random(3));
        for (var round = 0; round < Rounds; round++)
            foreach (var method in Model.Requests.Keys.Concat(Model.Notifications.Keys))
                Model.CheckParams(method, ElementOf(messages.Params(method))).ShouldBeEmpty();
    }

    static JsonElement ElementOf(JsonNode? node) => JsonDocument.Parse(node?.ToJsonString() ?? "null").RootElement;
}
