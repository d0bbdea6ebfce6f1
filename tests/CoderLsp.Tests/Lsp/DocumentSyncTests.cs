using System.Text;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

public class DocumentSyncTests
{
    // Suggests what it saw, so that a test can read the server's text back: all of it stands left of the cursor.
    static Task<ServerUnderTest> EchoingAsync(object? initialize = null) => InitializedAsync(new ScriptedModel((prompt, _) =>
        Task.FromResult(" <" + Convert.ToBase64String(Encoding.Unicode.GetBytes(prompt)) + ">")), initialize);

    static async Task<string> SeenAsync(ServerUnderTest server, int line, int character)
    {
        var suggestion = (await server.SuggestAsync(line, character)).ShouldHaveSingleItem();
        var encoded = suggestion[(suggestion.IndexOf('<') + 1)..suggestion.IndexOf('>')];
        return Encoding.Unicode.GetString(Convert.FromBase64String(encoded));
    }

    [Fact]
    public async Task Changes_are_applied_one_on_the_other()
    {
        await using var server = await EchoingAsync();
        await server.OpenAsync("one\ntwo\n");
        await server.ChangeAsync(2, Edit(0, 3, 3, "!\nnew"), Edit(1, 0, 3, "NEW"));
        await server.ChangeAsync(3, Edit(2, 0, 3, "2"));
        (await SeenAsync(server, 2, 1)).ShouldEndWith("one!\nNEW\n2");
    }

    [Fact]
    public async Task A_change_without_range_is_the_whole_text()
    {
        await using var server = await EchoingAsync();
        await server.OpenAsync("old");
        await server.ChangeAsync(2, new { text = "all new" }, Edit(0, 7, 7, "er"));
        (await SeenAsync(server, 0, 9)).ShouldEndWith("all newer");
    }

    [Fact]
    public async Task The_end_of_the_text_may_be_written_as_the_start_of_the_line_behind_it()
    {
        await using var server = await EchoingAsync();
        await server.OpenAsync("one\ntwo");
        await server.ChangeAsync(2, new { range = new { start = new { line = 1, character = 0 }, end = new { line = 2, character = 0 } }, text = "2" });
        (await SeenAsync(server, 1, 1)).ShouldEndWith("one\n2");
        server.Shown.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("utf-8", 10)]
    [InlineData("utf-16", 8)]
    [InlineData("utf-32", 7)]
    public async Task Positions_count_in_the_agreed_encoding(string encoding, int afterEmoji)
    {
        await using var server = await EchoingAsync(new { capabilities = new { general = new { positionEncodings = new[] { encoding } } } });
        await server.OpenAsync("s = '😀' \n");
        // The quote behind the emoji, in both encodings, is replaced.
        await server.ChangeAsync(2, Edit(0, afterEmoji - 1, afterEmoji, "\" +"));
        (await SeenAsync(server, 0, afterEmoji + 2)).ShouldEndWith("s = '😀\" +");
        var reply = await server.Client.CallAsync("textDocument/inlineCompletion", Inline(0, afterEmoji + 2));
        reply.GetProperty("result").GetProperty("items")[0].GetProperty("range").GetProperty("start").GetProperty("character").GetInt32()
            .ShouldBe(afterEmoji + 2);
    }

    [Fact]
    public async Task A_change_that_cannot_be_applied_is_told_once_and_the_whole_text_heals()
    {
        await using var server = await EchoingAsync();
        await server.OpenAsync("one\n");
        await server.ChangeAsync(2, Edit(17, 0, 1, "x"));
        await server.ChangeAsync(3, Edit(0, 0, 0, "y"));
        (await server.SuggestAsync(0, 0)).ShouldBeEmpty();
        var shown = server.Shown.ShouldHaveSingleItem().GetProperty("params");
        shown.GetProperty("type").GetInt32().ShouldBe(2);
        shown.GetProperty("message").GetString()!.ShouldContain("a.py");
        lock (server.Log) server.Log.Count(line => line.Contains("out of sync")).ShouldBe(1);

        await server.ChangeAsync(4, new { text = "healed" });
        (await SeenAsync(server, 0, 6)).ShouldEndWith("healed");
    }

    [Fact]
    public async Task Opening_again_heals_and_a_new_failure_is_told_again()
    {
        await using var server = await EchoingAsync();
        await server.OpenAsync("one\n");
        await server.ChangeAsync(2, Edit(0, 3, 1, "ends before it starts"));
        await server.OpenAsync("again", version: 1);
        (await SeenAsync(server, 0, 5)).ShouldEndWith("again");
        await server.ChangeAsync(2, Edit(-1, 0, 0, "x"));
        (await server.SuggestAsync(0, 0)).ShouldBeEmpty();
        server.Shown.Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_version_that_goes_backwards_is_out_of_sync()
    {
        await using var server = await EchoingAsync();
        await server.OpenAsync("one", version: 5);
        await server.ChangeAsync(4, Edit(0, 0, 0, "x"));
        (await server.SuggestAsync(0, 1)).ShouldBeEmpty();
        server.Shown.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_change_of_an_unknown_document_is_told_and_a_whole_text_opens_it()
    {
        await using var server = await EchoingAsync();
        await server.ChangeAsync(1, Edit(0, 0, 0, "x"));
        (await server.SuggestAsync(0, 0)).ShouldBeEmpty();
        server.Shown.ShouldHaveSingleItem();
        await server.ChangeAsync(2, new { text = "whole" });
        (await SeenAsync(server, 0, 5)).ShouldEndWith("whole");
    }

    [Fact]
    public async Task A_change_that_cannot_be_read_leaves_the_document_out_of_sync()
    {
        await using var server = await EchoingAsync();
        await server.OpenAsync("one");
        await server.Client.NotifyAsync("textDocument/didChange", new { textDocument = new { uri = DocumentUri, version = 2 }, contentChanges = "nonsense" });
        (await server.SuggestAsync(0, 3)).ShouldBeEmpty();
        server.Shown.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_change_without_version_is_taken()
    {
        await using var server = await EchoingAsync();
        await server.OpenAsync("one");
        await server.Client.NotifyAsync("textDocument/didChange",
            new { textDocument = new { uri = DocumentUri, version = (int?)null }, contentChanges = new[] { Edit(0, 3, 3, "!") } });
        (await SeenAsync(server, 0, 4)).ShouldEndWith("one!");
    }

    [Fact]
    public async Task No_text_of_the_document_reaches_the_log()
    {
        await using var server = await EchoingAsync();
        await server.OpenAsync("the secret");
        await server.ChangeAsync(2, Edit(0, 99, 3, "another secret"));
        await server.ChangeAsync(3, new { text = 17 });
        await server.SuggestAsync(0, 0);
        lock (server.Log) string.Join("\n", server.Log).ShouldNotContain("secret");
    }
}
