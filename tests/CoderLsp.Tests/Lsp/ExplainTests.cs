using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using static CoderLsp.Tests.Lsp.ActionEditor;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

/// <summary><c>coderlsp/explain</c>, for clients that know it.</summary>
public class ExplainTests
{
    static Task<ServerUnderTest> OpenAsync(ScriptedChatModel chat) => ActionEditor.OpenAsync(chat, new { });

    [Fact]
    public async Task Ended_by_its_progress_it_counts_as_cancelled()
    {
        await using var server = await OpenAsync(new((_, cancellation) => HangAsync(cancellation)));
        static async IAsyncEnumerable<string> HangAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            yield return "It";
            await Task.Delay(Timeout.Infinite, cancellation);
        }

        var id = await server.Client.StartAsync("coderlsp/explain",
            new { textDocument = new { uri = DocumentUri }, range = Whole, partialResultToken = "p", workDoneToken = "w" });
        await server.Client.WaitForAsync(m => MethodOf(m) == "$/progress" && m.GetProperty("params").GetProperty("token").GetString() == "p");
        await server.Client.NotifyAsync("window/workDoneProgress/cancel", new { token = "w" });
        (await server.Client.ReplyAsync(id)).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32800);
    }

    [Fact]
    public async Task The_result_lists_what_the_model_was_shown()
    {
        await using var server = await OpenAsync(new("It adds."));
        var reply = await server.Client.CallAsync("coderlsp/explain", new { textDocument = new { uri = DocumentUri }, range = At(1, 4, 13) });
        reply.GetProperty("result").GetProperty("prompt").EnumerateArray().Select(part => part.GetProperty("name").GetString())
            .ShouldBe(["file", "selection", "instruction"]);
    }

    [Fact]
    public async Task A_document_that_is_secret_not_open_or_out_of_sync_is_said_to_be_so()
    {
        await using var server = await OpenAsync(new("x"));
        async Task<string> WhyNotAsync(string uri)
        {
            var reply = await server.Client.CallAsync("coderlsp/explain", new { textDocument = new { uri }, range = At(0, 0, 5) });
            return reply.GetProperty("error").GetProperty("message").GetString()!;
        }

        const string Secret = "file:///project/.env";
        await server.Client.NotifyAsync("textDocument/didOpen", new { textDocument = new { uri = Secret, languageId = "shellscript", version = 1, text = "KEY=1\n" } });
        (await WhyNotAsync(Secret)).ShouldContain("it holds secrets");
        (await WhyNotAsync("file:///project/other.py")).ShouldBe("The document is not open in the editor. Open it and try again.");
        await server.Client.NotifyAsync("textDocument/didChange", new
        {
            textDocument = new { uri = DocumentUri, version = 2 }, contentChanges = new[] { new { range = At(99, 0, 1), text = "x" } },
        });
        (await WhyNotAsync(DocumentUri)).ShouldBe("CoderLsp has lost track of the document. Close and open it, and try again.");
    }

    const string Deep = "> > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > > "
        + "- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - x";

    [Theory]
    [InlineData("```python\nx", "\n```")]
    [InlineData("````markdown\n```\nx", "\n````")]
    [InlineData("~~~\n```\nx", "\n~~~")]
    [InlineData("1. So:\n\n   ```python\n   x", "\n   ```")]
    [InlineData("- ```python\n  x", "\n  ```")]
    [InlineData("- a\n\n  - b\n\n    ```python\n    x", "\n    ```")]
    [InlineData("[a]: b\n\n```python\nx", "\n```")]
    [InlineData("```python\nx\n``", "\n```")]
    [InlineData("> ```python\n> x", "")]
    [InlineData("```python\nx\n```", "")]
    [InlineData("1. So:\n\n   ```python\n   x\n\nThus", "")]
    [InlineData("Write ```x", "")]
    [InlineData("", "")]
    [InlineData(Deep, "")]
    public async Task An_explanation_that_was_cut_off_says_so_behind_its_code(string cut, string closing)
    {
        await using var server = await OpenAsync(new("So:\n\n", cut) { End = ChatFinishReason.Length });
        var reply = await server.Client.CallAsync("coderlsp/explain",
            new { textDocument = new { uri = DocumentUri }, range = Whole, partialResultToken = "p" });
        var expected = $"So:\n\n{cut}{closing}\n\n*The answer was cut off at its limit; chat.maxTokens raises it.*\n";
        reply.GetProperty("result").GetProperty("markdown").GetString().ShouldBe(expected);
        string.Concat(SentOf(server, "$/progress").Select(p => p.GetProperty("value").GetProperty("text").GetString())).ShouldBe(expected);
    }
}
