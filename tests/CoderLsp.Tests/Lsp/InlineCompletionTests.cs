using CoderLsp.TestSupport;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

public class InlineCompletionTests
{
    const string Text = "def add(a, b):\n    return \n";

    [Fact]
    public async Task A_suggestion_is_an_item_with_text_and_an_empty_range_at_the_cursor()
    {
        await using var server = await SayingAsync("a + b");
        await server.OpenAsync(Text);
        var reply = await server.Client.CallAsync("textDocument/inlineCompletion", Inline(1, 11));
        var item = reply.GetProperty("result").GetProperty("items").EnumerateArray().Single();
        item.GetProperty("insertText").GetString().ShouldBe("a + b");
        item.GetProperty("range").GetRawText().ShouldBe("""{"start":{"line":1,"character":11},"end":{"line":1,"character":11}}""");
    }

    [Fact]
    public async Task Nothing_to_show_is_an_empty_list()
    {
        await using var server = await SayingAsync("   ");
        await server.OpenAsync(Text);
        (await server.Client.CallAsync("textDocument/inlineCompletion", Inline(1, 11))).GetProperty("result").GetRawText()
            .ShouldBe("""{"items":[]}""");
    }

    [Fact]
    public async Task A_document_that_is_not_open_has_no_suggestions()
    {
        await using var server = await SayingAsync("x");
        (await server.SuggestAsync(0, 0)).ShouldBeEmpty();
        await server.OpenAsync(Text);
        (await server.SuggestAsync(1, 11)).ShouldBe(["x"]);
        await server.Client.NotifyAsync("textDocument/didClose", new { textDocument = new { uri = DocumentUri } });
        (await server.SuggestAsync(1, 11)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(7, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    public async Task A_position_outside_of_the_document_is_an_error(int line, int character)
    {
        await using var server = await SayingAsync("x");
        await server.OpenAsync(Text);
        var reply = await server.Client.CallAsync("textDocument/inlineCompletion", Inline(line, character));
        reply.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
        reply.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("outside of the document, which has 3 lines");
    }

    [Fact]
    public async Task A_missing_or_null_context_is_an_automatic_request()
    {
        await using var server = await SayingAsync("a + b");
        await server.OpenAsync(Text);
        var id = 1000;
        foreach (var context in new[] { "null", "{\"triggerKind\":2}", "{}", "{\"triggerKind\":9,\"selectedCompletionInfo\":null}" })
        {
            id++;
            await server.Client.SendAsync($$"""
                {"jsonrpc":"2.0","id":{{id}},"method":"textDocument/inlineCompletion","params":{"textDocument":{"uri":"{{DocumentUri}}"},
                 "position":{"line":1,"character":11},"context":{{context}} } }
                """);
            TextsOf(await server.Client.ReplyAsync(id)).ShouldBe(["a + b"]);
        }
    }

    [Fact]
    public async Task A_newer_request_supersedes_the_one_before_which_is_answered_at_once()
    {
        var first = new TaskCompletionSource();
        var model = new ScriptedModel(async (_, cancellation) =>
        {
            if (first.TrySetResult()) await Task.Delay(Timeout.Infinite, cancellation);
            return "a + b";
        });
        await using var server = await InitializedAsync(model);
        await server.OpenAsync(Text);
        var superseded = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11));
        await first.Task;
        (await server.SuggestAsync(1, 10)).ShouldBe(["a + b"]);
        TextsOf(await server.Client.ReplyAsync(superseded)).ShouldBeEmpty();
        // The answer does not wait for the model, which was told and stops on its own.
        SpinWait.SpinUntil(() => model.Running == 0, TimeSpan.FromMinutes(1)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_superseded_request_is_answered_though_the_model_does_not_listen()
    {
        var first = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var server = await InitializedAsync(new ScriptedModel(async (_, _) =>
        {
            if (first.TrySetResult()) await release.Task;
            return "a + b";
        }));
        await server.OpenAsync(Text);
        var superseded = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11));
        await first.Task;
        await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11));
        TextsOf(await server.Client.ReplyAsync(superseded)).ShouldBeEmpty();
        release.SetResult();
    }

    [Fact]
    public async Task Other_documents_requests_are_not_superseded()
    {
        var first = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var server = await InitializedAsync(new ScriptedModel(async (_, cancellation) =>
        {
            if (first.TrySetResult()) await release.Task.WaitAsync(cancellation);
            return "a + b";
        }));
        await server.OpenAsync(Text);
        await server.Client.NotifyAsync("textDocument/didOpen",
            new { textDocument = new { uri = "file:///project/b.py", languageId = "python", version = 1, text = Text } });
        var waiting = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11));
        await first.Task;
        TextsOf(await server.Client.CallAsync("textDocument/inlineCompletion",
            new { textDocument = new { uri = "file:///project/b.py" }, position = new { line = 1, character = 11 } })).ShouldBe(["a + b"]);
        release.SetResult();
        TextsOf(await server.Client.ReplyAsync(waiting)).ShouldBe(["a + b"]);
    }

    [Fact]
    public async Task A_cancelled_request_is_an_error_and_stops_the_model()
    {
        var started = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        await using var server = await InitializedAsync(new ScriptedModel(async (_, cancellation) =>
        {
            started.SetResult();
            cancellation.Register(stopped.SetResult);
            await Task.Delay(Timeout.Infinite, cancellation);
            return "";
        }));
        await server.OpenAsync(Text);
        var id = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11));
        await started.Task;
        await server.Client.NotifyAsync("$/cancelRequest", new { id });
        (await server.Client.ReplyAsync(id)).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32800);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task What_was_made_for_an_older_text_is_never_sent()
    {
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var server = await InitializedAsync(new ScriptedModel(async (_, _) =>
        {
            started.TrySetResult();
            await release.Task; // deaf to cancellation
            return "a + b";
        }));
        await server.OpenAsync(Text);
        var id = await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11));
        await started.Task;
        await server.ChangeAsync(2, Edit(1, 11, 11, "a"));
        TextsOf(await server.Client.ReplyAsync(id)).ShouldBeEmpty();
        release.SetResult();
    }

    [Fact]
    public async Task The_selected_entry_of_the_popup_is_extended_in_its_own_range()
    {
        string? prompt = null;
        await using var server = await InitializedAsync(new ScriptedModel((text, _) =>
        {
            prompt = text;
            return Task.FromResult("(x)");
        }));
        await server.OpenAsync("value = pri\n");
        var reply = await server.Client.CallAsync("textDocument/inlineCompletion",
            Inline(0, 11, selected: new { range = At(0, 8, 11), text = "print" }));
        var item = reply.GetProperty("result").GetProperty("items")[0];
        item.GetProperty("insertText").GetString().ShouldBe("print(x)");
        item.GetProperty("range").GetRawText().ShouldBe("""{"start":{"line":0,"character":8},"end":{"line":0,"character":11}}""");
        prompt!.ShouldEndWith("value = print");
    }

    [Theory]
    [InlineData("Visual Studio Code", "x = 1\r\n    return x")]
    [InlineData("Neovim", "x = 1\n    return x")]
    public async Task Line_ends_are_the_documents_except_where_the_client_cannot_take_them(string client, string expected)
    {
        await using var server = await SayingAsync("x = 1\n    return x", new { clientInfo = new { name = client } });
        await server.OpenAsync("def f():\r\n    \r\n");
        (await server.SuggestAsync(1, 4)).ShouldBe([expected]);
    }

    [Fact]
    public async Task Automatic_suggestions_can_be_switched_off_and_invoked_ones_still_come()
    {
        await using var server = await SayingAsync("a + b", new { initializationOptions = new { inline = new { languages = new { python = false } } } });
        await server.OpenAsync(Text);
        (await server.SuggestAsync(1, 11, triggerKind: 2)).ShouldBeEmpty();
        (await server.SuggestAsync(1, 11, triggerKind: 1)).ShouldBe(["a + b"]);
    }

    [Theory]
    [InlineData("cs", "csharp")]
    [InlineData("cs", "cs")]
    [InlineData("csharp", "cs")]
    [InlineData("zsh", "shellscript")]
    [InlineData("make", "makefile")]
    [InlineData("ps1", "powershell")]
    public async Task Vims_names_of_languages_are_those_of_the_LSP(string opened, string setting)
    {
        var languages = new Dictionary<string, bool> { [setting] = false };
        await using var server = await SayingAsync("a + b", new { initializationOptions = new { inline = new { languages } } });
        await server.OpenAsync(Text, languageId: opened);
        (await server.SuggestAsync(1, 11, triggerKind: 2)).ShouldBeEmpty();
        (await server.SuggestAsync(1, 11, triggerKind: 1)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_client_that_counts_the_trigger_kinds_from_zero_is_understood()
    {
        await using var server = await SayingAsync("a + b", new { initializationOptions = new { inline = new { enabled = false } } });
        await server.OpenAsync(Text);
        (await server.SuggestAsync(1, 11, triggerKind: 0)).ShouldBe(["a + b"]);
        (await server.SuggestAsync(1, 11, triggerKind: 1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_request_has_exactly_one_reply_whatever_happens_to_it()
    {
        var random = new Random(7);
        await using var server = await InitializedAsync(new ScriptedModel(async (_, cancellation) =>
        {
            await Task.Delay(random.Next(3), cancellation);
            return "a + b";
        }));
        await server.OpenAsync(Text);
        var ids = new List<int>();
        for (var i = 0; i < 100; i++)
        {
            ids.Add(await server.Client.StartAsync("textDocument/inlineCompletion", Inline(1, 11)));
            if (i % 3 == 0) await server.Client.NotifyAsync("$/cancelRequest", new { id = ids[^1] });
            if (i % 5 == 0) await server.ChangeAsync(i + 2, Edit(0, 0, 0, "#"));
            if (i % 7 == 0) ids.Add(await server.Client.StartAsync("textDocument/completion", Inline(1, 11)));
        }
        foreach (var id in ids) await server.Client.ReplyAsync(id);
        await server.Client.CallAsync("shutdown");
        foreach (var id in ids) server.Client.Received.Count(m => LspTestClient.IsReplyTo(m, $"{id}")).ShouldBe(1);
    }
}
