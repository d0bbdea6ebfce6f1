using System.Text.Json;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>What an editor does all day, with the real model.</summary>
public class TypingTests
{
    const string Uri = "file:///project/names.py";
    const string Text = "import os\nimport sys\n\n\ndef main():\n    for name in os.listdir('.'):\n        \n\n\nif __name__ == \"__main__\":\n    main()\n";
    const int Line = 6;
    const int Column = 8;

    // Common enough that the embedded model knows how it goes on: ath.
    const string Typed = "print(os.p";

    static object At(int character, int triggerKind = 2) => new
    {
        textDocument = new { uri = Uri }, position = new { line = Line, character }, context = new { triggerKind },
    };

    static object Insertion(int version, int character, char typed) => new
    {
        textDocument = new { uri = Uri, version },
        contentChanges = new[]
        {
            new
            {
                range = new { start = new { line = Line, character }, end = new { line = Line, character } },
                text = typed.ToString(),
            },
        },
    };

    static string TextWithTyped { get; } = Text.Insert(Text.IndexOf("        \n", StringComparison.Ordinal) + Column, Typed);

    static JsonElement[] Items(JsonElement reply) => [.. reply.GetProperty("result").GetProperty("items").EnumerateArray()];

    [Fact]
    public async Task Ten_characters_typed_fast_give_ten_replies_and_the_last_is_a_suggestion_that_fits()
    {
        await using var server = await ServerProcess.InitializedAsync();
        await server.OpenAsync(Uri, "python", Text);
        var ids = new List<int>();
        for (var i = 0; i < Typed.Length; i++)
        {
            await server.Client.NotifyAsync("textDocument/didChange", Insertion(i + 2, Column + i, Typed[i]));
            ids.Add(await server.Client.StartAsync("textDocument/inlineCompletion", At(Column + i + 1)));
        }
        foreach (var id in ids) await server.Client.ReplyAsync(id);
        var item = Items(await server.Client.ReplyAsync(ids[^1])).ShouldHaveSingleItem();
        item.GetProperty("insertText").GetString()!.ShouldStartWith("ath");
        item.GetProperty("range").GetProperty("start").GetProperty("character").GetInt32().ShouldBe(Column + Typed.Length);
        item.GetProperty("range").GetProperty("start").GetProperty("line").GetInt32().ShouldBe(Line);
        (await server.ShutDownAsync()).ShouldBe(0);
        foreach (var id in ids) server.Client.Received.Count(m => LspTestClient.IsReplyTo(m, $"{id}")).ShouldBe(1);
        server.Errors.ShouldNotContain("listdir");
    }

    [Fact]
    public async Task The_same_request_twice_has_the_same_answer()
    {
        await using var server = await ServerProcess.InitializedAsync();
        await server.OpenAsync(Uri, "python", TextWithTyped);
        var first = Items(await server.Client.CallAsync("textDocument/inlineCompletion", At(Column + Typed.Length, triggerKind: 1)));
        var second = Items(await server.Client.CallAsync("textDocument/inlineCompletion", At(Column + Typed.Length, triggerKind: 1)));
        // But for the ids, by which clients say what they accept.
        first.Select(item => item.GetProperty("insertText").GetString()).ShouldBe(second.Select(item => item.GetProperty("insertText").GetString()));
        first.Length.ShouldBeInRange(1, 3);
    }

    [Fact]
    public async Task A_popup_shows_the_suggestion_as_an_entry()
    {
        await using var server = await ServerProcess.InitializedAsync();
        await server.OpenAsync(Uri, "python", TextWithTyped);
        var list = (await server.Client.CallAsync("textDocument/completion", At(Column + Typed.Length))).GetProperty("result");
        list.GetProperty("isIncomplete").GetBoolean().ShouldBeTrue();
        var item = list.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        item.GetProperty("textEdit").GetProperty("newText").GetString()!.ShouldStartWith("path");
        item.GetProperty("textEdit").GetProperty("range").GetProperty("start").GetProperty("character").GetInt32().ShouldBe(Column + "print(os.".Length);
    }

    [Fact]
    public async Task Cancelled_requests_are_answered_once_each()
    {
        await using var server = await ServerProcess.InitializedAsync();
        await server.OpenAsync(Uri, "python", Text);
        var codes = new List<int>();
        for (var id = 100; id < 120; id++)
        {
            await server.Client.SendBytesAsync([
                .. LspTestClient.Frame(LspTestClient.Request(id, "textDocument/inlineCompletion", At(Column))),
                .. LspTestClient.Frame(LspTestClient.Notification("$/cancelRequest", new { id }))]);
            // A cancellation may come too late: then the reply is the suggestion.
            if ((await server.Client.ReplyAsync(id)).TryGetProperty("error", out var error)) codes.Add(error.GetProperty("code").GetInt32());
        }
        codes.ShouldNotBeEmpty();
        codes.ShouldAllBe(code => code == -32800);
        (await server.ShutDownAsync()).ShouldBe(0);
        for (var id = 100; id < 120; id++) server.Client.Received.Count(m => LspTestClient.IsReplyTo(m, $"{id}")).ShouldBe(1);
    }

    [Fact]
    public async Task A_model_that_does_not_exist_is_told_once_and_every_request_is_answered()
    {
        await using var server = await ServerProcess.InitializedAsync(new { model = "no-such-model" });
        await server.OpenAsync(Uri, "python", Text);
        for (var i = 0; i < 3; i++) Items(await server.Client.CallAsync("textDocument/inlineCompletion", At(Column))).ShouldBeEmpty();
        var shown = server.Client.Received.Where(m => m.TryGetProperty("method", out var method) && method.GetString() == "window/showMessage");
        shown.ShouldHaveSingleItem().GetProperty("params").GetProperty("message").GetString()!.ShouldContain("no-such-model");
        (await server.ShutDownAsync()).ShouldBe(0);
    }
}
