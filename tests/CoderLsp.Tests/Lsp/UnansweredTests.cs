using CoderLsp.TestSupport;
using static CoderLsp.Tests.Lsp.ActionEditor;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

/// <summary>A client that leaves the server's requests without an answer holds up nothing.</summary>
public class UnansweredTests
{
    [Fact]
    public async Task An_explanation_is_a_message_when_the_client_does_not_say_whether_it_shows_the_document()
    {
        var time = new ManualTime();
        await using var server = await OpenAsync(new("It adds."), Able, time: time);
        server.Client.LeaveUnanswered("window/showDocument");
        var running = RunAsync(server, (await OfferAsync(server, "Explain")).GetProperty("command"));
        await server.Client.WaitForAsync(m => MethodOf(m) == "window/showDocument");
        time.Advance(TimeSpan.FromSeconds(9));
        MessagesOf(server).ShouldBeEmpty();
        time.Advance(TimeSpan.FromSeconds(1));
        (await running).TryGetProperty("result", out _).ShouldBeTrue();
        MessagesOf(server).ShouldBe(["It adds."]);
    }

    [Fact]
    public async Task An_action_is_cancelled_while_its_change_waits_for_the_user()
    {
        await using var server = await OpenAsync(new($"```python\n{Better}```"), Able);
        server.Client.LeaveUnanswered("workspace/applyEdit");
        var offer = await OfferAsync(server, "Document");
        var id = await server.Client.StartAsync("workspace/executeCommand",
            new { command = "coderlsp.document", arguments = new[] { offer.GetProperty("data") } });
        var asked = await server.Client.WaitForAsync(m => MethodOf(m) == "workspace/applyEdit");
        await server.Client.NotifyAsync("$/cancelRequest", new { id });
        (await server.Client.ReplyAsync(id)).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32800);
        // The client is told that nobody waits any more, and may answer all the same.
        await server.Client.WaitForAsync(m =>
            MethodOf(m) == "$/cancelRequest" && m.GetProperty("params").GetProperty("id").GetRawText() == asked.GetProperty("id").GetRawText());
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":{{asked.GetProperty("id").GetRawText()}},"error":{"code":-32800,"message":"cancelled"} }""");
        (await server.Client.CallAsync("coderlsp/state")).TryGetProperty("result", out _).ShouldBeTrue();
        MessagesOf(server).ShouldBeEmpty();
    }
}
