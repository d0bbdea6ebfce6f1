using System.Runtime.CompilerServices;
using System.Text.Json;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

public class ChatTests
{
    static async Task<ServerUnderTest> OpenAsync(ScriptedChatModel chat, object? settings = null)
    {
        var server = new ServerUnderTest(new ScriptedModel((_, _) => Task.FromResult("x")), chat);
        await server.InitializeAsync(new { capabilities = new { }, initializationOptions = settings ?? new { chatModel = "scripted" } });
        return server;
    }

    static object[] Turns(params string[] texts) =>
        [.. texts.Select((content, i) => new { role = i % 2 == 0 ? "user" : "assistant", content })];

    [Fact]
    public async Task An_answer_streams_and_says_what_it_cost()
    {
        await using var server = await OpenAsync(new("Be", "cause."));
        var result = (await server.Client.CallAsync("coderlsp/chat", new { messages = Turns("Why?"), partialResultToken = 5 })).GetProperty("result");
        result.GetRawText().ShouldBe(
            """{"message":{"role":"assistant","content":"Because."},"tokens":{"prompt":4,"cached":3,"generated":8},"stopReason":"stop"}""");
        server.Client.Received.Where(m => MethodOf(m) == "$/progress").Select(m => m.GetProperty("params").GetProperty("value").GetProperty("text").GetString())
            .ShouldBe(["Be", "cause."]);
    }

    [Fact]
    public async Task The_model_gets_the_history_the_files_and_the_settings()
    {
        var chat = new ScriptedChatModel("So.");
        await using var server = await OpenAsync(chat, new
        {
            chatModel = "scripted", chat = new { systemPrompt = "Be short.", maxTokens = 99, temperature = 0.5 },
        });
        await server.OpenAsync("one\ntwo\nthree\n");
        await server.Client.CallAsync("coderlsp/chat", new
        {
            messages = Turns("Why?", "Because.", "Really?"), context = new[] { new { uri = DocumentUri, range = At(1, 0, 2) } },
        });
        chat.Asked.Select(m => $"{m.Role}: {m.Text}").ShouldBe([
            "system: Be short.", "user: `a.py`, from line 2:\n```python\ntwo\n```\n\nWhy?", "assistant: Because.", "user: Really?"]);
        chat.Options!.MaxOutputTokens.ShouldBe(99);
        chat.Options.Temperature.ShouldBe(0.5f);
    }

    [Theory]
    [InlineData(1, 0, 9, 0, "`a.py`, from line 2:\n```python\ntwo\nthree\n```\n\nWhy?")]
    [InlineData(2, 2, 3, 0, "`a.py`, from line 3:\n```python\nthree\n```\n\nWhy?")]
    [InlineData(3, 0, 9, 0, "Why?")]
    [InlineData(8, 0, 9, 0, "Why?")]
    public async Task Of_lines_that_no_longer_exist_those_that_are_left_are_taken(int line, int character, int lastLine, int lastCharacter, string expected)
    {
        var chat = new ScriptedChatModel("So.");
        await using var server = await OpenAsync(chat);
        await server.OpenAsync("one\ntwo\nthree\n");
        var range = new { start = new { line, character }, end = new { line = lastLine, character = lastCharacter } };
        (await server.Client.CallAsync("coderlsp/chat", new { messages = Turns("Why?"), context = new[] { new { uri = DocumentUri, range } } }))
            .TryGetProperty("result", out _).ShouldBeTrue();
        chat.Asked.Single(m => m.Role == Microsoft.Extensions.AI.ChatRole.User).Text.ShouldBe(expected);
    }

    [Fact]
    public async Task Files_may_be_read_while_their_folder_is_in_the_workspace()
    {
        using var folder = new Commands.TestFolder();
        var file = new Uri(folder.Write("a.py", "x = 1\n")).AbsoluteUri;
        var uri = new Uri(folder.Path).AbsoluteUri;
        await using var server = await OpenAsync(new("So."));
        async Task<bool> MayBeReadAsync() => (await server.Client.CallAsync(
            "coderlsp/chat", new { messages = Turns("Why?"), context = new[] { new { uri = file } } })).TryGetProperty("result", out _);
        Task ChangeAsync(string[] added, string[] removed) => server.Client.NotifyAsync("workspace/didChangeWorkspaceFolders", new
        {
            @event = new { added = added.Select(name => new { uri = name, name = "n" }), removed = removed.Select(name => new { uri = name, name = "n" }) },
        });

        (await MayBeReadAsync()).ShouldBeFalse();
        await ChangeAsync([uri + "/"], []);
        (await MayBeReadAsync()).ShouldBeTrue();
        await ChangeAsync([], [uri]);
        (await MayBeReadAsync()).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_document_without_a_file_keeps_its_language_when_its_whole_text_heals_it(bool saved)
    {
        const string Untitled = "untitled:Untitled-1";
        var chat = new ScriptedChatModel("So.");
        await using var server = await OpenAsync(chat);
        await server.Client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri = Untitled, languageId = "python", version = 1, text = "one\n" } });
        Task ChangeAsync(int version, object change) =>
            server.Client.NotifyAsync("textDocument/didChange", new { textDocument = new { uri = Untitled, version }, contentChanges = new[] { change } });
        await ChangeAsync(2, new { range = At(99, 0, 0), text = "out of sync" });
        if (saved) await server.Client.NotifyAsync("textDocument/didSave", new { textDocument = new { uri = Untitled }, text = "x = 1\n" });
        else await ChangeAsync(3, new { text = "x = 1\n" });
        await server.Client.CallAsync("coderlsp/chat", new { messages = Turns("Why?"), context = new[] { new { uri = Untitled } } });
        chat.Asked.ShouldHaveSingleItem().Text.ShouldContain("```python\nx = 1\n```");
    }

    [Fact]
    public async Task What_is_refused_at_once_shows_no_progress()
    {
        await using var server = new ServerUnderTest(new ScriptedModel((_, _) => Task.FromResult("x")));
        await server.InitializeAsync(new { capabilities = new { window = new { workDoneProgress = true } } });
        (await server.Client.CallAsync("coderlsp/chat", new { messages = Turns("Why?") })).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32803);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        server.Client.Received.ShouldNotContain(m => MethodOf(m) == "window/workDoneProgress/create");
    }

    [Fact]
    public async Task Cancelling_ends_the_answer()
    {
        var ended = new TaskCompletionSource();
        await using var server = await OpenAsync(new((_, cancellation) => HangAsync(cancellation)));
        async IAsyncEnumerable<string> HangAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            yield return "Well";
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                ended.SetResult();
            }
        }

        var id = await server.Client.StartAsync("coderlsp/chat", new { messages = Turns("Why?"), partialResultToken = "p" });
        await server.Client.WaitForAsync(m => MethodOf(m) == "$/progress");
        await server.Client.NotifyAsync("$/cancelRequest", new { id });
        (await server.Client.ReplyAsync(id)).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32800);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("""{"messages":[]}""", "last")]
    [InlineData("""{"messages":[{"role":"assistant","content":"x"}]}""", "last")]
    [InlineData("""{"messages":[{"role":"wizard","content":"x"}]}""", "role")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"context":[{"uri":"file:///etc/hostname"}]}""", "hostname")]
    public async Task What_cannot_be_is_an_error_that_says_why(string parameters, string word)
    {
        await using var server = await OpenAsync(new("x"));
        var error = (await server.Client.CallAsync("coderlsp/chat", JsonDocument.Parse(parameters).RootElement)).GetProperty("error");
        error.GetProperty("code").GetInt32().ShouldBe(-32602);
        error.GetProperty("message").GetString()!.ShouldContain(word);
    }

    [Fact]
    public async Task A_chat_model_that_cannot_be_loaded_costs_the_request_only()
    {
        await using var server = await OpenAsync(new("x"), new { chatModel = "broken" });
        var error = (await server.Client.CallAsync("coderlsp/chat", new { messages = Turns("Why?") })).GetProperty("error");
        error.GetProperty("code").GetInt32().ShouldBe(-32803);
        error.GetProperty("message").GetString().ShouldBe("It is broken. Correct the setting 'chatModel'; no restart is needed.");
        await server.OpenAsync("y = ");
        (await server.SuggestAsync(0, 4)).ShouldBe(["x"]);
    }
}
