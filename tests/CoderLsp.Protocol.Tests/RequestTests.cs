using System.Text.Json;
using CoderLsp.TestSupport;
using static CoderLsp.Protocol.Tests.TestServer;

namespace CoderLsp.Protocol.Tests;

public class RequestTests
{
    [Fact]
    public async Task Before_initialize_requests_are_refused_and_notifications_dropped()
    {
        await using var server = new TestServer();
        await server.Client.NotifyAsync("test/note", Message("early"));
        (await server.Client.CallAsync("test/echo", Message("m"))).ErrorCode().ShouldBe(-32002);
        (await server.Client.CallAsync("no/such")).ErrorCode().ShouldBe(-32002);
        await server.Client.CallAsync("initialize", new { });
        (await server.Client.CallAsync("test/notes", Message(""))).EchoedText().ShouldBe("");
    }

    [Fact]
    public async Task Initialize_is_answered_once_and_may_be_tried_again_only_after_it_failed()
    {
        await using var server = new TestServer();
        (await server.Client.CallAsync("initialize", new { processId = "none" })).ErrorCode().ShouldBe(-32602);
        (await server.Client.CallAsync("test/echo", Message("m"))).ErrorCode().ShouldBe(-32002);
        (await server.Client.CallAsync("initialize", new { })).TryGetProperty("result", out _).ShouldBeTrue();
        (await server.Client.CallAsync("initialize", new { })).ErrorCode().ShouldBe(-32600);
    }

    [Fact]
    public async Task After_shutdown_requests_are_refused()
    {
        await using var server = await InitializedAsync();
        await server.Client.CallAsync("shutdown");
        (await server.Client.CallAsync("test/echo", Message("m"))).ErrorCode().ShouldBe(-32600);
        (await server.Client.CallAsync("shutdown")).ErrorCode().ShouldBe(-32600);
        server.IsShutDown.ShouldBeTrue();
    }

    [Fact]
    public async Task Shutdown_and_exit_in_one_write_still_give_the_reply()
    {
        await using var server = await InitializedAsync();
        await server.Client.SendBytesAsync(
            [.. LspTestClient.Frame(LspTestClient.Request(2, "shutdown")), .. LspTestClient.Frame(LspTestClient.Notification("exit"))]);
        await server.Running.WaitAsync(TimeSpan.FromSeconds(30));
        await server.Client.EndOfOutputAsync();
        (await server.Client.ReplyAsync(2)).GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task The_end_of_the_input_lets_open_requests_be_answered()
    {
        await using var server = await InitializedAsync();
        await server.Client.SendAsync(LspTestClient.Request("open", "test/untilClosing", Message("answered")));
        server.Client.CloseInput();
        await server.Running.WaitAsync(TimeSpan.FromSeconds(30));
        (await server.Client.ReplyAsync("open")).EchoedText().ShouldBe("answered");
        server.IsShutDown.ShouldBeFalse();
    }

    [Fact]
    public async Task A_cancelled_request_is_answered_once_with_the_code_for_it()
    {
        await using var server = await InitializedAsync();
        var id = await server.Client.StartAsync("test/hang", Message("m"));
        await server.Hanging.Task;
        await server.Client.NotifyAsync("$/cancelRequest", new { id });
        (await server.Client.ReplyAsync(id)).ErrorCode().ShouldBe(-32800);
        await server.Client.CallAsync("test/echo", Message("m"));
        server.Client.Received.Count(message => LspTestClient.IsReplyTo(message, $"{id}")).ShouldBe(1);
    }

    [Fact]
    public async Task A_cancellation_in_the_same_write_as_its_request_is_not_lost()
    {
        await using var server = await InitializedAsync();
        for (var i = 1000; i < 1100; i++)
        {
            await server.Client.SendBytesAsync([
                .. LspTestClient.Frame(LspTestClient.Request(i, "test/hang", Message("m"))),
                .. LspTestClient.Frame(LspTestClient.Notification("$/cancelRequest", new { id = i }))]);
            (await server.Client.ReplyAsync(i)).ErrorCode().ShouldBe(-32800);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"id\":777}")]
    [InlineData("{\"id\":{}}")]
    [InlineData("[1]")]
    [InlineData("null")]
    public async Task Cancelling_what_is_not_there_changes_nothing(string parameters)
    {
        await using var server = await InitializedAsync();
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{{parameters}} }""");
        (await server.Client.CallAsync("test/echo", Message("on"))).EchoedText().ShouldBe("on");
    }

    [Fact]
    public async Task Requests_run_side_by_side()
    {
        await using var server = await InitializedAsync();
        var slow = await server.Client.StartAsync("test/hang", Message("m"));
        (await server.Client.CallAsync("test/echo", Message("overtakes"))).EchoedText().ShouldBe("overtakes");
        await server.Client.NotifyAsync("$/cancelRequest", new { id = slow });
        await server.Client.ReplyAsync(slow);
    }

    [Fact]
    public async Task A_handler_that_throws_fails_its_request_only_and_tells_no_text()
    {
        await using var server = await InitializedAsync();
        var reply = await server.Client.CallAsync("test/throw", Message("the user's secret"));
        reply.ErrorCode().ShouldBe(-32603);
        reply.GetRawText().ShouldNotContain("secret");
        (await server.Client.CallAsync("test/refuse", Message("m"))).ErrorText().ShouldBe("not today");
        await server.Client.NotifyAsync("test/note", Message("throw"));
        (await server.Client.CallAsync("test/echo", Message("on"))).EchoedText().ShouldBe("on");
        server.Log.ShouldContain(line => line.StartsWith("test/throw failed: InvalidOperationException"));
        server.Log.ShouldContain(line => line.StartsWith("test/note failed: InvalidOperationException"));
        string.Join("\n", server.Log).ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_second_request_with_an_open_id_is_refused_and_the_first_still_answered()
    {
        await using var server = await InitializedAsync();
        await server.Client.SendAsync(LspTestClient.Request("twice", "test/hang", Message("m")));
        await server.Hanging.Task;
        await server.Client.SendAsync(LspTestClient.Request("twice", "test/echo", Message("m")));
        (await server.Client.ReplyAsync("twice")).ErrorCode().ShouldBe(-32600);
        await server.Client.NotifyAsync("$/cancelRequest", new { id = "twice" });
        await server.Client.WaitForAsync(m => LspTestClient.IsReplyTo(m, "\"twice\"") && m.ErrorCode() == -32800);
        // Answered: the id is free again.
        await server.Client.SendAsync(LspTestClient.Request("twice", "test/echo", Message("again")));
        (await server.Client.WaitForAsync(m => LspTestClient.IsReplyTo(m, "\"twice\"") && m.TryGetProperty("result", out _))).EchoedText()
            .ShouldBe("again");
    }

    [Fact]
    public async Task Many_replies_at_once_are_never_interleaved()
    {
        await using var server = await InitializedAsync();
        // Their frames are checked byte for byte by the test client.
        var text = new string('y', 20_000);
        for (var i = 1; i <= 100; i++)
        {
            await server.Client.SendAsync(LspTestClient.Request(5000 + i, "test/echo", Message($"{i}{text}")));
            await server.NotifyClientAsync($"note {i}");
        }
        for (var i = 1; i <= 100; i++) (await server.Client.ReplyAsync(5000 + i)).EchoedText().ShouldBe($"{i}{text}");
    }

    [Fact]
    public async Task The_server_can_ask_the_client()
    {
        await using var server = await InitializedAsync();
        var id = await server.Client.StartAsync("test/askClient", Message("question"));
        var question = await server.Client.WaitForAsync(m => m.TryGetProperty("method", out var method) && method.GetString() == "client/question");
        question.GetProperty("params").GetProperty("message").GetString().ShouldBe("question");
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":{{question.GetProperty("id")}},"result":{"type":1,"message":"answer"} }""");
        (await server.Client.ReplyAsync(id)).EchoedText().ShouldBe("answer");
    }

    [Fact]
    public async Task A_question_that_the_client_never_answers_ends_with_the_request_that_asked()
    {
        await using var server = await InitializedAsync();
        var id = await server.Client.StartAsync("test/askClient", Message("question"));
        var question = await server.Client.WaitForAsync(m => m.TryGetProperty("method", out var method) && method.GetString() == "client/question");
        await server.Client.NotifyAsync("$/cancelRequest", new { id });
        (await server.Client.ReplyAsync(id)).ErrorCode().ShouldBe(-32800);
        // It may come after all.
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":{{question.GetProperty("id")}},"result":{"type":1,"message":"answer"} }""");
        (await server.Client.CallAsync("test/echo", Message("on"))).EchoedText().ShouldBe("on");
    }

    [Fact]
    public async Task A_question_that_the_client_never_answers_does_not_outlive_the_input()
    {
        await using var server = await InitializedAsync();
        var id = await server.Client.StartAsync("test/askClient", Message("question"));
        await server.Client.WaitForAsync(m => m.TryGetProperty("method", out var method) && method.GetString() == "client/question");
        server.Client.CloseInput();
        (await server.Client.ReplyAsync(id)).ErrorCode().ShouldBe(-32800);
        server.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_error_of_the_client_fails_the_request_that_asked()
    {
        await using var server = await InitializedAsync();
        var id = await server.Client.StartAsync("test/askClient", Message("question"));
        var question = await server.Client.WaitForAsync(m => m.TryGetProperty("method", out _));
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":{{question.GetProperty("id")}},"error":{"code":-32601,"message":"unknown"} }""");
        (await server.Client.ReplyAsync(id)).ErrorText().ShouldBe("unknown");
    }

    [Fact]
    public async Task Answers_to_questions_never_asked_are_ignored()
    {
        await using var server = await InitializedAsync();
        await server.Client.SendAsync("""{"jsonrpc":"2.0","id":99,"result":null}""");
        await server.Client.SendAsync("""{"jsonrpc":"2.0","id":"x","error":{"code":1,"message":"m"}}""");
        (await server.Client.CallAsync("test/echo", Message("on"))).EchoedText().ShouldBe("on");
    }
}
