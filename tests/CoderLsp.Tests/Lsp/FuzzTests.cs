using System.IO.Pipelines;
using CoderLsp.ProtocolFuzz;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Lsp;

/// <summary>A few seconds of what <c>fuzz/CoderLsp.ProtocolFuzz</c> does for minutes.</summary>
public class FuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_messages_get_exactly_one_reply_for_each_request(int seed)
    {
        var report = await FuzzRun.MessagesAsync(FuzzedServer.InProcess(), 6000, seed);
        report.Wrong.ShouldBeEmpty();
        report.Expected.ShouldBeGreaterThan(1500);
        report.Replies.ShouldBe(report.Expected);
    }

    [Fact]
    public async Task Typing_gets_exactly_one_reply_for_each_request()
    {
        var report = await FuzzRun.KeystrokesAsync(FuzzedServer.InProcess(), 500, 5000);
        report.Wrong.ShouldBeEmpty();
        report.Replies.ShouldBe(report.Expected);
    }

    [Fact]
    public async Task A_reply_that_is_one_too_many_is_found()
    {
        var replies = LspTestClient.Frame("""{"jsonrpc":"2.0","id":7,"result":null}""");
        var output = new Pipe();
        var server = new FuzzedServer([]) { Input = Stream.Null, Output = output.Reader.AsStream(), Running = Task.FromResult(0) };
        using var client = new FuzzClient(server, mostOpen: 2);
        await client.SendAsync("{}", "7");
        await output.Writer.WriteAsync((byte[])[.. replies, .. replies]);
        await output.Writer.CompleteAsync();
        await client.SettleAsync();
        await client.OutputEndedAsync();
        client.Replies.ShouldBe(1);
        client.Violations.ShouldHaveSingleItem().ShouldStartWith("A reply that nobody waits for");
    }
}
