using System.Runtime.CompilerServices;
using static CoderLsp.Tests.Lsp.ActionEditor;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

/// <summary>The progress of actions, which the user may end.</summary>
public class ActionProgressTests
{
    [Fact]
    public async Task Cancelling_the_request_or_the_progress_ends_the_work()
    {
        var ended = 0;
        using var asked = new SemaphoreSlim(0);
        var chat = new ScriptedChatModel((_, cancellation) => HangAsync(cancellation));
        async IAsyncEnumerable<string> HangAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            yield return "```";
            asked.Release();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
        }

        await using var server = await OpenAsync(chat, Able);
        var offer = await OfferAsync(server, "Refactor: simplify");
        var first = await server.Client.StartAsync("codeAction/resolve", offer);
        (await asked.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        await server.Client.NotifyAsync("$/cancelRequest", new { id = first });
        (await server.Client.ReplyAsync(first)).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32800);

        var second = await server.Client.StartAsync("codeAction/resolve", offer);
        var begin = await ProgressAsync(server, "begin", token: "coderlsp-2");
        begin.GetProperty("params").GetProperty("value").GetProperty("cancellable").GetBoolean().ShouldBeTrue();
        (await asked.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        await server.Client.NotifyAsync("window/workDoneProgress/cancel", new { token = "coderlsp-2" });
        (await server.Client.ReplyAsync(second)).GetProperty("result").TryGetProperty("edit", out _).ShouldBeFalse();
        ended.ShouldBe(2);
        MessagesOf(server).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_progress_that_the_client_accepts_late_begins_and_ends()
    {
        var mayAnswer = new TaskCompletionSource();
        var chat = new ScriptedChatModel((_, _) => AnswerAsync());
        async IAsyncEnumerable<string> AnswerAsync()
        {
            await mayAnswer.Task;
            yield return $"```python\n{Better}```";
        }

        await using var server = await OpenAsync(chat, Able, answersProgress: false);
        var resolve = await server.Client.StartAsync("codeAction/resolve", await OfferAsync(server, "Refactor: simplify"));
        var asked = await server.Client.WaitForAsync(m => MethodOf(m) == "window/workDoneProgress/create");
        mayAnswer.SetResult();
        await server.Client.ReplyAsync(resolve);
        SentOf(server, "$/progress").ShouldBeEmpty();
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":{{asked.GetProperty("id").GetRawText()}},"result":null}""");
        await ProgressAsync(server, "end");
        SentOf(server, "$/progress").Select(p => p.GetProperty("value").GetProperty("kind").GetString()).ShouldBe(["begin", "end"]);
    }

    [Fact]
    public async Task What_is_refused_at_once_shows_no_progress()
    {
        await using var server = await OpenAsync(null, Able);
        await RunAsync(server, (await OfferAsync(server, "Explain")).GetProperty("command"));
        MessagesOf(server).ShouldHaveSingleItem().ShouldContain("chatModel");
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        SentOf(server, "window/workDoneProgress/create").ShouldBeEmpty();
    }
}
