using System.Text.Json;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

public class CompletionTests
{
    static async Task<JsonElement> CompleteAsync(ServerUnderTest server, int line, int character) =>
        (await server.Client.CallAsync("textDocument/completion",
            new { textDocument = new { uri = DocumentUri }, position = new { line, character }, context = new { triggerKind = 1 } })).GetProperty("result");

    [Fact]
    public async Task The_entry_replaces_the_word_at_the_cursor_says_whose_it_is_and_does_not_push_itself_forward()
    {
        await using var server = await SayingAsync("ult = a + b");
        await server.OpenAsync("def f(a, b):\n    res\n");
        var list = await CompleteAsync(server, 1, 7);
        list.GetProperty("isIncomplete").GetBoolean().ShouldBeTrue();
        var item = list.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        item.GetProperty("label").GetString().ShouldBe("result = a + b");
        item.GetProperty("detail").GetString()!.ShouldContain("CoderLsp");
        item.GetProperty("filterText").GetString().ShouldBe("result = a + b");
        item.GetProperty("textEdit").GetRawText()
            .ShouldBe("""{"range":{"start":{"line":1,"character":4},"end":{"line":1,"character":7}},"newText":"result = a + b"}""");
        item.TryGetProperty("preselect", out _).ShouldBeFalse();
        string.CompareOrdinal(item.GetProperty("sortText").GetString(), "zzzz").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_suggestion_of_several_lines_is_labelled_by_its_first()
    {
        await using var server = await SayingAsync("x = 1\n    return x");
        await server.OpenAsync("def f():\n    \n");
        var item = (await CompleteAsync(server, 1, 4)).GetProperty("items")[0];
        item.GetProperty("label").GetString().ShouldBe("x = 1 …");
        item.GetProperty("textEdit").GetProperty("newText").GetString().ShouldBe("x = 1\n    return x");
        item.GetProperty("insertTextMode").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_to_show_is_an_incomplete_empty_list()
    {
        await using var server = await SayingAsync("");
        await server.OpenAsync("x");
        (await CompleteAsync(server, 0, 1)).GetRawText().ShouldBe("""{"isIncomplete":true,"items":[]}""");
    }

    [Fact]
    public async Task Who_asks_again_where_nothing_was_shown_gets_what_was_withheld()
    {
        await using var server = await SayingAsync("a + b", new { initializationOptions = new { inline = new { minConfidence = 0.99, candidates = 1 } } });
        await server.OpenAsync("def add(a, b):\n    return \n");
        (await CompleteAsync(server, 1, 11)).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await CompleteAsync(server, 1, 11)).GetProperty("items")[0].GetProperty("label").GetString().ShouldBe("a + b");
        await server.ChangeAsync(2, Edit(1, 11, 11, "x"));
        (await CompleteAsync(server, 1, 12)).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Who_got_no_answer_does_not_count_as_asking_again()
    {
        var answers = false;
        using var begun = new SemaphoreSlim(0);
        var model = new ScriptedModel(async (_, cancellation) =>
        {
            begun.Release();
            if (!answers) await Task.Delay(Timeout.Infinite, cancellation);
            return "a + b";
        });
        await using var server = await InitializedAsync(model, new { initializationOptions = new { inline = new { minConfidence = 0.99, candidates = 1 } } });
        await server.OpenAsync("def add(a, b):\n    return \n");
        var first = CompleteAsync(server, 1, 11);
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        var second = CompleteAsync(server, 1, 10);
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        (await first).GetProperty("items").GetArrayLength().ShouldBe(0);
        answers = true;
        (await CompleteAsync(server, 1, 11)).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await second).GetProperty("items").GetArrayLength().ShouldBe(0);
    }
}
