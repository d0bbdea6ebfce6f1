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
        await using var server = await OpenAsync(new($"```python\n{Better}```"), Able, answersProgress: false);
        await server.Client.CallAsync("codeAction/resolve", await OfferAsync(server, "Refactor: simplify"));
        SentOf(server, "$/progress").ShouldBeEmpty();
        var asked = await server.Client.WaitForAsync(m => MethodOf(m) == "window/workDoneProgress/create");
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":{{asked.GetProperty("id").GetRawText()}},"result":null}""");
        await ProgressAsync(server, "end");
        SentOf(server, "$/progress").Select(p => p.GetProperty("value").GetProperty("kind").GetString()).ShouldBe(["begin", "end"]);
    }
}
