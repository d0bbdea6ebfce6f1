using System.Text.Json;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>Actions and chat with a real model, small enough to answer in seconds and too small to be clever.</summary>
[Trait("Needs", "Shared")]
public class ChatModelTests
{
    const string Uri = "file:///project/area.py";
    const string Text = "def area(w, h):\n    # Fl\u00e4che berechnen\n    return w * h\n";

    static readonly object Whole = new { start = new { line = 0, character = 0 }, end = new { line = 2, character = 16 } };

    static string Model => TestData.Shared("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");

    static async Task<ServerProcess> OpenAsync(int maxTokens = 60)
    {
        var server = await ServerProcess.InitializedAsync(new { chatModel = Model, chat = new { maxTokens, temperature = 0 } });
        server.Client.OnRequest("workspace/applyEdit", _ => new { applied = true });
        await server.OpenAsync(Uri, "python", Text);
        return server;
    }

    static string? MethodOf(JsonElement message) => message.TryGetProperty("method", out var method) ? method.GetString() : null;

    [Fact]
    public async Task An_explanation_streams_and_is_about_the_code()
    {
        await using var server = await OpenAsync();
        var reply = await server.Client.CallAsync("coderlsp/explain", new { textDocument = new { uri = Uri }, range = Whole, partialResultToken = 1 });
        var markdown = reply.GetProperty("result").GetProperty("markdown").GetString()!;
        markdown.ShouldContain("area", Case.Insensitive);
        var pieces = server.Client.Received.Where(m => MethodOf(m) == "$/progress")
            .Select(m => m.GetProperty("params").GetProperty("value").GetProperty("text").GetString()).ToArray();
        pieces.Length.ShouldBeGreaterThan(10);
        string.Concat(pieces).ShouldBe(markdown);
        server.Errors.ShouldNotContain("def area");
        (await server.ShutDownAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_refactoring_is_an_edit_of_the_selected_lines()
    {
        await using var server = await OpenAsync(200);
        var offers = await server.Client.CallAsync("textDocument/codeAction",
            new { textDocument = new { uri = Uri }, range = Whole, context = new { diagnostics = Array.Empty<object>(), only = new[] { "refactor.rewrite" } } });
        var command = offers.GetProperty("result").EnumerateArray().Single(offer => offer.GetProperty("title").GetString() == "Refactor: simplify");
        (await server.Client.CallAsync("workspace/executeCommand", new { command = command.GetProperty("command").GetString(), arguments = command.GetProperty("arguments") }))
            .TryGetProperty("result", out _).ShouldBeTrue();
        var edits = server.Client.Received.Single(m => MethodOf(m) == "workspace/applyEdit")
            .GetProperty("params").GetProperty("edit").GetProperty("changes").GetProperty(Uri);
        edits.GetArrayLength().ShouldBeGreaterThan(0);
        foreach (var edit in edits.EnumerateArray())
            edit.GetProperty("range").GetProperty("end").GetProperty("line").GetInt32().ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_second_question_finds_the_first_in_the_cache()
    {
        await using var server = await OpenAsync();
        var first = (await server.Client.CallAsync("coderlsp/chat", new { messages = new object[] { new { role = "user", content = "Who are you?" } } }))
            .GetProperty("result");
        var second = (await server.Client.CallAsync("coderlsp/chat", new
        {
            messages = new object[] { new { role = "user", content = "Who are you?" }, first.GetProperty("message"), new { role = "user", content = "And who am I?" } },
        })).GetProperty("result");
        var asked = first.GetProperty("tokens").GetProperty("prompt").GetInt32() + first.GetProperty("tokens").GetProperty("generated").GetInt32();
        // All that was said; one token less, whose keys and values were never computed.
        second.GetProperty("tokens").GetProperty("cached").GetInt32().ShouldBeGreaterThanOrEqualTo(asked - 1);
        second.GetProperty("message").GetProperty("content").GetString()!.Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_long_answer_ends_when_it_is_cancelled()
    {
        await using var server = await OpenAsync(4000);
        var id = await server.Client.StartAsync("coderlsp/chat",
            new { messages = new object[] { new { role = "user", content = "Count to ten thousand." } }, partialResultToken = "p" });
        await server.Client.WaitForAsync(m => MethodOf(m) == "$/progress");
        await server.Client.NotifyAsync("$/cancelRequest", new { id });
        (await server.Client.ReplyAsync(id)).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32800);
        // The model is free again, and the next answer as long as the settings now say.
        await server.Client.NotifyAsync("workspace/didChangeConfiguration",
            new { settings = new { coderlsp = new { chatModel = Model, chat = new { maxTokens = 5, temperature = 0 } } } });
        var next = await server.Client.CallAsync("coderlsp/chat", new { messages = new object[] { new { role = "user", content = "Who are you?" } } });
        next.GetProperty("result").GetProperty("tokens").GetProperty("generated").GetInt32().ShouldBe(5);
        next.GetProperty("result").GetProperty("stopReason").GetString().ShouldBe("length");
    }
}
