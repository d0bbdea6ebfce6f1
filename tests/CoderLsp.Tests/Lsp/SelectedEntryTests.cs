using System.Text.Json;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

/// <summary>selectedCompletionInfo, and what else clients put into a request.</summary>
public class SelectedEntryTests
{
    static async Task<JsonElement> AskAsync(object parameters, string text = "value = pri\nx\n", string answer = "(x)", string languageId = "python", object? initialize = null)
    {
        await using var server = await SayingAsync(answer, initialize);
        await server.OpenAsync(text, version: 3, languageId);
        return await server.Client.CallAsync("textDocument/inlineCompletion", parameters);
    }

    static JsonElement[] ItemsOf(JsonElement reply) => [.. reply.GetProperty("result").GetProperty("items").EnumerateArray()];

    [Theory]
    [InlineData("print", null)] // begins with what is replaced
    [InlineData("sys.pri", "prisys.pri(x)")]
    [InlineData("PRINT", "priPRINT(x)")]
    public async Task FilterText_is_there_where_the_entry_does_not_begin_with_what_it_replaces(string entry, string? filterText)
    {
        var item = ItemsOf(await AskAsync(Inline(0, 11, selected: new { range = At(0, 8, 11), text = entry }))).Single();
        item.GetProperty("insertText").GetString().ShouldBe(entry + "(x)");
        (item.TryGetProperty("filterText", out var filter) ? filter.GetString() : null).ShouldBe(filterText);
    }

    [Fact]
    public async Task An_entry_may_replace_text_on_both_sides_of_the_cursor()
    {
        var item = ItemsOf(await AskAsync(Inline(0, 10, selected: new { range = At(0, 8, 11), text = "print" }))).Single();
        item.GetProperty("insertText").GetString().ShouldBe("print(x)");
        item.GetProperty("range").GetRawText().ShouldBe("""{"start":{"line":0,"character":8},"end":{"line":0,"character":11}}""");
    }

    [Fact]
    public async Task A_range_of_several_lines_or_without_the_cursor_gets_nothing()
    {
        var lines = new { start = new { line = 0, character = 8 }, end = new { line = 1, character = 1 } };
        ItemsOf(await AskAsync(Inline(0, 11, selected: new { range = lines, text = "print" }))).ShouldBeEmpty();
        ItemsOf(await AskAsync(Inline(0, 11, selected: new { range = At(0, 0, 5), text = "print" }))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("print($1)", "python", false)]
    [InlineData("print(${1:value})$0", "python", false)]
    [InlineData("print_$x", "python", true)]
    [InlineData("print_$1", "shellscript", true)]
    [InlineData("print_\\$1", "python", true)]
    public async Task A_snippet_is_not_extended_for_its_tab_stops_would_be_inserted(string entry, string languageId, bool extended) =>
        ItemsOf(await AskAsync(Inline(0, 11, selected: new { range = At(0, 8, 11), text = entry }), languageId: languageId)).Length.ShouldBe(extended ? 1 : 0);

    [Fact]
    public async Task A_range_that_does_not_exist_is_an_error()
    {
        var reply = await AskAsync(Inline(0, 11, selected: new { range = At(9, 0, 1), text = "print" }));
        reply.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(2, 0)]
    [InlineData(4, 0)]
    [InlineData(null, 1)]
    public async Task A_request_for_another_version_gets_nothing(int? version, int items) =>
        ItemsOf(await AskAsync(new { textDocument = new { uri = DocumentUri, version }, position = new { line = 0, character = 11 } })).Length.ShouldBe(items);

    [Theory]
    [InlineData(2, true, "if x:\n    y()")]
    [InlineData(8, false, "if x:\n\t\ty()")]
    [InlineData(0, false, "if x:\n    y()")] // no such width: as the document is
    public async Task The_editors_indentation_wins(int tabSize, bool insertSpaces, string expected)
    {
        var parameters = new
        {
            textDocument = new { uri = DocumentUri }, position = new { line = 1, character = 4 }, formattingOptions = new { tabSize, insertSpaces },
        };
        var answer = insertSpaces ? "if x:\n\t\ty()" : "if x:\n        y()";
        if (tabSize == 0) answer = "if x:\n\ty()";
        if (tabSize == 8) answer = "if x:\n                y()";
        ItemsOf(await AskAsync(parameters, "def f():\n    \n", answer)).Single().GetProperty("insertText").GetString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("utf-8", 12, 14)] // the emoji has 4 bytes, 2 units, 1 point; e with its combining accent 3 bytes, 2 units, 2 points
    [InlineData("utf-16", 9, 11)]
    [InlineData("utf-32", 8, 10)]
    public async Task Positions_are_in_the_clients_units_both_ways(string encoding, int start, int cursor)
    {
        var reply = await AskAsync(
            Inline(0, cursor, selected: new { range = At(0, start, cursor), text = "print" }), "\"😀e\u0301\" + pr\n",
            initialize: new { capabilities = new { general = new { positionEncodings = new[] { encoding } } } });
        var item = ItemsOf(reply).Single();
        item.GetProperty("insertText").GetString().ShouldBe("print(x)");
        item.TryGetProperty("filterText", out _).ShouldBeFalse(); // so what is replaced is "pr"
        item.GetProperty("range").GetRawText().ShouldBe(JsonSerializer.Serialize(At(0, start, cursor)));
    }
}
