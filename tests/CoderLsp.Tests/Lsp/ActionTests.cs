using System.Text.Json;
using static CoderLsp.Tests.Lsp.ActionEditor;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

/// <summary>Code actions as a client with few abilities and one with all sees them.</summary>
public class ActionTests
{
    [Fact]
    public async Task A_selection_is_offered_everything_in_the_order_of_the_menu()
    {
        await using var server = await OpenAsync(new(), Able);
        var offers = await OffersAsync(server, Whole, Context(null, Problem("unused variable")));
        offers.Select(TitleOf).ShouldBe([
            "Fix: unused variable", "Explain", "Refactor: simplify", "Refactor: extract function", "Refactor: rename for clarity",
            "Refactor: improve performance", "Refactor: add error handling", "Document", "Generate tests", "Translate comments to English"]);
        offers.Select(offer => offer.GetProperty("kind").GetString()).Distinct().ShouldBe(
            ["quickfix", "source.explain.coderlsp", "refactor.rewrite", "refactor.extract", "source.tests.coderlsp"]);
        offers[0].GetProperty("diagnostics")[0].GetProperty("code").GetInt32().ShouldBe(42);
    }

    [Fact]
    public async Task Only_the_wanted_kinds_are_offered()
    {
        await using var server = await OpenAsync(new(), Able);
        (await OffersAsync(server, Whole, Context(["quickfix"]))).ShouldBeEmpty();
        (await OffersAsync(server, Whole, Context(["refactor.extract"]))).Select(TitleOf).ShouldBe(["Refactor: extract function"]);
        (await OffersAsync(server, Whole, Context(["refactor"]))).Length.ShouldBe(7);
    }

    [Fact]
    public async Task A_cursor_in_a_block_means_the_block_and_one_in_nothing_nothing()
    {
        await using var server = await OpenAsync(new(), Able, Code + "\n\n");
        var explain = (await OffersAsync(server, At(1, 6, 6))).Single(action => TitleOf(action) == "Explain");
        var range = explain.GetProperty("command").GetProperty("arguments")[0].GetProperty("range");
        range.GetProperty("start").GetProperty("line").GetInt32().ShouldBe(0);
        (await OffersAsync(server, At(4, 0, 0))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(13)] // the line break
    public async Task A_selection_of_one_character_is_a_cursor(int character)
    {
        await using var server = await OpenAsync(new(), Able);
        object end = character == 13 ? new { line = 2, character = 0 } : new { line = 1, character = character + 1 };
        var explain = (await OffersAsync(server, new { start = new { line = 1, character }, end })).Single(action => TitleOf(action) == "Explain");
        explain.GetProperty("command").GetProperty("arguments")[0].GetProperty("range").GetRawText()
            .ShouldBe("""{"start":{"line":0,"character":0},"end":{"line":2,"character":12}}""");
    }

    [Fact]
    public async Task A_client_without_literals_gets_commands()
    {
        await using var server = await OpenAsync(new(), new { });
        var explain = await OfferAsync(server, "Explain");
        explain.GetProperty("command").GetString().ShouldBe("coderlsp.explain");
        explain.GetProperty("arguments")[0].GetProperty("uri").GetString().ShouldBe(DocumentUri);
        explain.TryGetProperty("kind", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task The_action_with_an_instruction_is_for_clients_that_ask_for_one()
    {
        await using var server = await OpenAsync(new(), new { experimental = new { coderlspInstruction = true }, workspace = new { applyEdit = true } });
        var action = await OfferAsync(server, "Refactor with instruction…");
        action.GetProperty("command").GetString().ShouldBe("coderlsp.edit");
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public async Task Changes_are_offered_to_clients_that_take_them_in_some_way(bool applies, bool resolves, bool offered)
    {
        await using var server = await OpenAsync(new(), new
        {
            workspace = new { applyEdit = applies },
            textDocument = new
            {
                codeAction = new
                {
                    codeActionLiteralSupport = new { codeActionKind = new { valueSet = new[] { "" } } }, dataSupport = resolves,
                    resolveSupport = new { properties = new[] { "edit" } },
                },
            },
            experimental = new { coderlspInstruction = true },
        });
        var titles = (await OffersAsync(server, Whole, Context(null, Problem("unused")))).Select(TitleOf).ToArray();
        titles.ShouldContain("Explain");
        titles.ShouldContain("Generate tests");
        foreach (var title in (string[])["Fix: unused", "Refactor: simplify", "Document", "Translate comments to English"]) titles.Contains(title).ShouldBe(offered, title);
        // The instruction comes with the command, which sends the change.
        titles.Contains("Refactor with instruction…").ShouldBe(applies);
    }

    [Fact]
    public async Task Resolving_computes_a_versioned_annotated_minimal_edit()
    {
        // The model waits until the progress is there, so that there is something to report.
        var mayAnswer = new TaskCompletionSource();
        var chat = new ScriptedChatModel((_, _) => AnswerAsync());
        async IAsyncEnumerable<string> AnswerAsync()
        {
            await mayAnswer.Task;
            yield return $"```python\n{Better}```";
        }

        await using var server = await OpenAsync(chat, Able);
        var offer = await OfferAsync(server, "Refactor: simplify");
        offer.TryGetProperty("edit", out _).ShouldBeFalse();
        offer.TryGetProperty("command", out _).ShouldBeFalse();
        var running = await server.Client.StartAsync("codeAction/resolve", offer);
        await ProgressAsync(server, "begin");
        mayAnswer.SetResult();
        var resolved = (await server.Client.ReplyAsync(running)).GetProperty("result");
        var edit = resolved.GetProperty("edit");
        var change = edit.GetProperty("documentChanges")[0];
        change.GetProperty("textDocument").GetRawText().ShouldBe($$"""{"uri":"{{DocumentUri}}","version":1}""");
        Applied(Code, change.GetProperty("edits")).ShouldBe(Better);
        // The first line is as it was.
        change.GetProperty("edits").EnumerateArray().ShouldAllBe(one => one.GetProperty("range").GetProperty("start").GetProperty("line").GetInt32() > 0);
        var id = change.GetProperty("edits")[0].GetProperty("annotationId").GetString()!;
        edit.GetProperty("changeAnnotations").GetProperty(id).GetProperty("needsConfirmation").GetBoolean().ShouldBeTrue();
        SentOf(server, "$/progress").Select(p => p.GetProperty("value").GetProperty("kind").GetString()).ShouldBe(["begin", "report", "end"]);
    }

    [Fact]
    public async Task A_command_sends_the_edit_to_the_client()
    {
        await using var server = await OpenAsync(new($"```python\n{Better}```"), Plain);
        (await RunAsync(server, await OfferAsync(server, "Refactor: simplify"))).GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
        var edits = SentOf(server, "workspace/applyEdit").ShouldHaveSingleItem().GetProperty("edit").GetProperty("changes").GetProperty(DocumentUri);
        Applied(Code, edits).ShouldBe(Better);
        MessagesOf(server).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_that_the_client_refuses_is_told()
    {
        await using var server = await OpenAsync(new($"```python\n{Better}```"), Plain);
        server.Client.OnRequest("workspace/applyEdit", _ => new { applied = false, failureReason = "read-only" });
        await RunAsync(server, await OfferAsync(server, "Refactor: simplify"));
        MessagesOf(server).ShouldBe(["CoderLsp: Refactor: simplify: nothing was changed: read-only."]);
    }

    [Fact]
    public async Task Prose_changes_nothing_and_says_so()
    {
        await using var server = await OpenAsync(new("I would rather not."), Able);
        var resolved = (await server.Client.CallAsync("codeAction/resolve", await OfferAsync(server, "Refactor: simplify"))).GetProperty("result");
        resolved.TryGetProperty("edit", out _).ShouldBeFalse();
        MessagesOf(server).ShouldHaveSingleItem().ShouldContain("prose");
    }

    [Fact]
    public async Task A_document_that_changed_since_the_offer_or_meanwhile_is_left_alone()
    {
        var asked = new TaskCompletionSource();
        var mayAnswer = new TaskCompletionSource();
        var chat = new ScriptedChatModel((_, _) => AnswerAsync());
        async IAsyncEnumerable<string> AnswerAsync()
        {
            asked.TrySetResult();
            await mayAnswer.Task;
            yield return $"```python\n{Better}```";
        }

        await using var server = await OpenAsync(chat, Able);
        var offer = await OfferAsync(server, "Refactor: simplify");
        var running = await server.Client.StartAsync("codeAction/resolve", offer);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await server.ChangeAsync(2, Edit(2, 0, 0, "# new\n"));
        await server.Client.CallAsync("coderlsp/state"); // the change has arrived when this is answered
        mayAnswer.SetResult();
        (await server.Client.ReplyAsync(running)).GetProperty("result").TryGetProperty("edit", out _).ShouldBeFalse();
        (await server.Client.CallAsync("codeAction/resolve", offer)).GetProperty("result").TryGetProperty("edit", out _).ShouldBeFalse();
        MessagesOf(server).ShouldBe(Enumerable.Repeat("CoderLsp: The document has changed meanwhile, so nothing was applied. Try again.", 2));
    }

    [Fact]
    public async Task An_explanation_is_shown_as_a_document_of_the_users_own()
    {
        await using var server = await OpenAsync(new("It **adds**", " numbers."), Able);
        await RunAsync(server, (await OfferAsync(server, "Explain")).GetProperty("command"));
        var uri = new Uri(SentOf(server, "window/showDocument").ShouldHaveSingleItem().GetProperty("uri").GetString()!);
        uri.LocalPath.ShouldEndWith(".md");
        File.ReadAllText(uri.LocalPath).ShouldContain("It **adds** numbers.");
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(server.AnswersFolder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task A_client_that_shows_no_documents_gets_the_explanation_as_a_message()
    {
        await using var server = await OpenAsync(new("It adds. " + new string('x', 3000)), new { });
        await RunAsync(server, await OfferAsync(server, "Explain"));
        var message = MessagesOf(server).ShouldHaveSingleItem();
        message.ShouldStartWith("It adds.");
        message.Length.ShouldBeLessThan(1300);
    }

    [Fact]
    public async Task The_request_to_explain_streams_in_order()
    {
        string[] pieces = [.. Enumerable.Range(0, 500).Select(i => $"{i} ")];
        await using var server = await OpenAsync(new(pieces), new { });
        var reply = await server.Client.CallAsync("coderlsp/explain",
            new { textDocument = new { uri = DocumentUri }, range = Whole, partialResultToken = "p", workDoneToken = 7 });
        reply.GetProperty("result").GetProperty("markdown").GetString().ShouldBe(string.Concat(pieces));
        var sent = SentOf(server, "$/progress");
        string.Concat(sent.Where(p => p.GetProperty("token").ValueKind == JsonValueKind.String)
            .Select(p => p.GetProperty("value").GetProperty("text").GetString())).ShouldBe(string.Concat(pieces));
        var work = sent.Where(p => p.GetProperty("token").ValueKind == JsonValueKind.Number).Select(p => p.GetProperty("value")).ToArray();
        work[0].GetProperty("title").GetString().ShouldBe("Explaining");
        work[^1].GetProperty("kind").GetString().ShouldBe("end");
    }

    [Fact]
    public async Task Without_a_chat_model_one_sentence_says_how_to_get_one()
    {
        await using var server = await OpenAsync(null, Able);
        foreach (var title in new[] { "Explain", "Refactor: simplify" })
            await RunAsync(server, (await OfferAsync(server, title)).GetProperty("command"));
        MessagesOf(server).Length.ShouldBe(2);
        MessagesOf(server).ShouldAllBe(m => m.Contains("chatModel") && m.Contains(".gguf"));
        var explained = await server.Client.CallAsync("coderlsp/explain", new { textDocument = new { uri = DocumentUri }, range = Whole });
        explained.GetProperty("result").GetProperty("markdown").GetString()!.ShouldContain("chatModel");
        var chat = await server.Client.CallAsync("coderlsp/chat", new { messages = new[] { new { role = "user", content = "Hi" } } });
        chat.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32803);
    }

    [Fact]
    public async Task Tests_become_a_new_file_beside_the_code()
    {
        await using var server = await OpenAsync(new("```python\ndef test_add():\n    assert add(1, 2) == 3\n```"), Able);
        await RunAsync(server, (await OfferAsync(server, "Generate tests")).GetProperty("command"));
        var changes = SentOf(server, "workspace/applyEdit").ShouldHaveSingleItem().GetProperty("edit").GetProperty("documentChanges");
        changes[0].GetProperty("kind").GetString().ShouldBe("create");
        changes[0].GetProperty("uri").GetString().ShouldBe("file:///project/test_a.py");
        changes[1].GetProperty("textDocument").GetProperty("version").ValueKind.ShouldBe(JsonValueKind.Null);
        changes[1].GetProperty("edits")[0].GetProperty("newText").GetString()!.ShouldContain("assert add(1, 2) == 3");
    }

    [Theory]
    [InlineData(null, "CoderLsp: Generate tests: nothing was changed: the editor refused the change, or you did not confirm it.")]
    [InlineData("read-only", null)]
    public async Task Tests_that_the_user_does_not_want_are_not_shown_elsewhere(string? reason, string? message)
    {
        await using var server = await OpenAsync(new("```python\ndef test_add():\n    assert add(1, 2) == 3\n```"), Able);
        server.Client.OnRequest("workspace/applyEdit",
            _ => reason is null ? new { applied = false } : (object)new { applied = false, failureReason = reason });
        await RunAsync(server, (await OfferAsync(server, "Generate tests")).GetProperty("command"));
        SentOf(server, "window/showDocument").Length.ShouldBe(message is null ? 1 : 0);
        MessagesOf(server).ShouldBe(message is null ? [] : [message]);
    }

    [Theory]
    [InlineData("emacs")]
    [InlineData("Eglot")]
    [InlineData("helix")]
    public async Task A_client_that_blocks_is_answered_at_once_and_gets_the_edit_later(string client)
    {
        var mayAnswer = new TaskCompletionSource();
        var chat = new ScriptedChatModel((_, _) => AnswerAsync());
        async IAsyncEnumerable<string> AnswerAsync()
        {
            await mayAnswer.Task;
            yield return $"```python\n{Better}```";
        }

        await using var server = await OpenAsync(chat, Able, client: client);
        var offer = await OfferAsync(server, "Refactor: simplify");
        await RunAsync(server, offer.GetProperty("command"));
        SentOf(server, "workspace/applyEdit").ShouldBeEmpty();
        mayAnswer.SetResult();
        await server.Client.WaitForAsync(m => MethodOf(m) == "workspace/applyEdit");
    }

    [Fact]
    public async Task A_diagnostic_reaches_the_model_with_its_fix()
    {
        var chat = new ScriptedChatModel($"```python\n{Better}```");
        await using var server = await OpenAsync(chat, Plain);
        var fix = await OfferAsync(server, "Fix: c is not used", Context(null, Problem("c is not used")));
        await RunAsync(server, fix);
        chat.Asked[^1].Text.ShouldContain("c is not used");
        SentOf(server, "workspace/applyEdit").Length.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_reported_about_the_code_is_known_to_every_action()
    {
        var chat = new ScriptedChatModel("It adds.");
        await using var server = await OpenAsync(chat, new { });
        await RunAsync(server, await OfferAsync(server, "Explain", Context(null, Problem("c is not used"))));
        chat.Asked[^1].Text.ShouldContain("c is not used");
        await server.ChangeAsync(2, Edit(2, 0, 0, "# new\n"));
        await server.Client.CallAsync("coderlsp/explain", new { textDocument = new { uri = DocumentUri }, range = Whole });
        chat.Asked[^1].Text.ShouldNotContain("c is not used");
    }

    [Theory]
    [InlineData("""{"command":"coderlsp.edit"}""")]
    [InlineData("""{"command":"coderlsp.edit","arguments":[5]}""")]
    [InlineData("""{"command":"coderlsp.explain","arguments":[{"uri":"file:///project/a.py","range":{"start":{"line":99,"character":0},"end":{"line":99,"character":1}}}]}""")]
    [InlineData("""{"command":"no.such"}""")]
    public async Task A_wrong_command_is_an_error(string parameters)
    {
        await using var server = await OpenAsync(new("x"), new { });
        var reply = await server.Client.CallAsync("workspace/executeCommand", JsonDocument.Parse(parameters).RootElement);
        reply.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Theory]
    [InlineData("message", "\"half of a pair: \\ud83d\"")]
    [InlineData("message", "{\"kind\":\"plaintext\",\"value\":\"half of a pair: \\ud83d\"}")]
    [InlineData("code", "\"\\ud83d\"")]
    [InlineData("data", "{\"text\":\"\\ud83d\"}")]
    public async Task Half_of_a_surrogate_pair_in_a_diagnostic_spoils_nothing(string property, string json)
    {
        await using var server = await OpenAsync(new("x"), Able);
        var diagnostic = new Dictionary<string, object?> { ["range"] = At(1, 4, 5), ["message"] = "unused" };
        diagnostic[property] = JsonDocument.Parse("\"HALF\"").RootElement;
        var request = JsonSerializer.Serialize(new { textDocument = new { uri = DocumentUri }, range = Whole, context = Context(null, diagnostic) });
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":"half","method":"textDocument/codeAction","params":{{request.Replace("\"HALF\"", json)}}}""");
        var offers = (await server.Client.ReplyAsync("half")).GetProperty("result");
        offers.EnumerateArray().Select(TitleOf).ShouldContain(title => title.StartsWith("Fix: "));
    }

    [Fact]
    public async Task An_action_of_another_server_comes_back_as_it_was()
    {
        await using var server = await OpenAsync(new("x"), Able);
        foreach (object data in new object[] { new { id = 5 }, "text", 7 })
        {
            var reply = await server.Client.CallAsync("codeAction/resolve", new { title = "Other", kind = "quickfix", data });
            reply.GetProperty("result").GetProperty("title").GetString().ShouldBe("Other");
        }
    }

    [Fact]
    public async Task A_secret_document_is_never_sent_to_a_model()
    {
        var chat = new ScriptedChatModel("x");
        await using var server = await OpenAsync(chat, Able);
        const string Secret = "file:///project/.env";
        await server.Client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri = Secret, languageId = "shellscript", version = 1, text = "KEY=1\n" } });
        var offers = await server.Client.CallAsync("textDocument/codeAction", new { textDocument = new { uri = Secret }, range = At(0, 0, 5), context = Context() });
        offers.GetProperty("result").GetArrayLength().ShouldBe(0);
        var inline = await server.Client.CallAsync("textDocument/inlineCompletion",
            new { textDocument = new { uri = Secret }, position = new { line = 0, character = 5 }, context = new { triggerKind = 1 } });
        TextsOf(inline).ShouldBeEmpty();
        var asked = await server.Client.CallAsync("coderlsp/chat",
            new { messages = new[] { new { role = "user", content = "Hi" } }, context = new[] { new { uri = Secret } } });
        asked.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
        chat.Asked.ShouldBeEmpty();
    }

    /// <summary>The text with LSP edits applied, from the last to the first.</summary>
    static string Applied(string text, JsonElement edits)
    {
        var lines = text.Split('\n').Aggregate(new List<int> { 0 }, (starts, line) =>
        {
            starts.Add(starts[^1] + line.Length + 1);
            return starts;
        });
        int Offset(JsonElement position) => Math.Min(text.Length, lines[position.GetProperty("line").GetInt32()] + position.GetProperty("character").GetInt32());
        foreach (var edit in edits.EnumerateArray().Reverse())
        {
            var range = edit.GetProperty("range");
            text = text[..Offset(range.GetProperty("start"))] + edit.GetProperty("newText").GetString() + text[Offset(range.GetProperty("end"))..];
        }
        return text;
    }
}
