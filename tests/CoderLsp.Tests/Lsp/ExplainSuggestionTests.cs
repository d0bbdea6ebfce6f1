using System.Text.Json;
using CoderLsp.Tests.Commands;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

/// <summary><c>coderlsp/explainSuggestion</c></summary>
public class ExplainSuggestionTests
{
    static async Task<JsonElement> WhyAsync(ServerUnderTest server, string uri = DocumentUri) =>
        (await server.Client.CallAsync("coderlsp/explainSuggestion", new { textDocument = new { uri } })).GetProperty("result");

    [Fact]
    public async Task It_says_what_the_last_suggestion_was_made_of()
    {
        await using var server = await SayingAsync("a + b");
        await server.OpenAsync("def add(a, b):\n    return \n");
        (await server.SuggestAsync(1, 11)).ShouldBe(["a + b"]);
        var why = await WhyAsync(server);
        why.GetProperty("text").GetString().ShouldBe("a + b");
        why.GetProperty("model").GetString().ShouldBe("scripted");
        why.GetProperty("confidence").GetDouble().ShouldBe(0.9048, 1e-4);
        why.GetProperty("prompt").EnumerateArray().Select(part => (part.GetProperty("name").GetString(), part.GetProperty("tokens").GetInt32()))
            .ShouldBe([("prefix", 15), ("typed", 10)]);
        why.GetProperty("markdown").GetString().ShouldBe("""
            # Why this suggestion

            ```python
            a + b
            ```

            `scripted` is 90% sure of each token. It was shown 25 tokens, in this order:

            | part | tokens | from | why |
            |---|---:|---|---|
            | prefix | 15 | this document | before the place where typing began |
            | typed | 10 | this document | from there to the cursor |

            """);
    }

    [Fact]
    public async Task Code_of_other_files_is_named_with_its_lines_and_why_it_was_chosen()
    {
        using var folder = new TestFolder();
        folder.Write("bills.py", "invoice = load_invoice(customer)\nsend_invoice(invoice, printer)\narchive_invoice(invoice)\n");
        await using var server = await SayingAsync("invoice, printer)", new
        {
            capabilities = new { }, workspaceFolders = new[] { new { uri = new Uri(folder.Path).AbsoluteUri, name = "project" } },
        });
        var uri = new Uri(Path.Combine(folder.Path, "new.py")).AbsoluteUri;
        // The project is read in the background, beginning with the first suggestion.
        JsonElement[] similar = [];
        for (var version = 1; similar.Length == 0; version++)
        {
            await server.Client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri, languageId = "python", version, text = "invoice = load_invoice(customer)\nsend_invoice(" } });
            await server.Client.CallAsync("textDocument/inlineCompletion", new
            {
                textDocument = new { uri }, position = new { line = 1, character = 13 }, context = new { triggerKind = 1 },
            });
            similar = [.. (await WhyAsync(server, uri)).GetProperty("prompt").EnumerateArray().Where(part => part.GetProperty("name").GetString() == "similar")];
            await server.Client.NotifyAsync("textDocument/didClose", new { textDocument = new { uri } });
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        similar[0].GetProperty("path").GetString().ShouldBe("bills.py");
        (similar[0].GetProperty("firstLine").GetInt32(), similar[0].GetProperty("lastLine").GetInt32()).ShouldBe((1, 3));
        similar[0].GetProperty("reason").GetString().ShouldStartWith("resembles the code at the cursor, ");
    }

    [Fact]
    public async Task Where_nothing_was_suggested_there_is_nothing_to_explain()
    {
        await using var server = await SayingAsync("x");
        (await WhyAsync(server)).ValueKind.ShouldBe(JsonValueKind.Null);
        await server.OpenAsync("a = 1\n");
        (await WhyAsync(server)).ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
