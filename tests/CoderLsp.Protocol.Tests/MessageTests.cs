using System.Text;
using System.Text.Json;
using CoderLsp.TestSupport;
using static CoderLsp.Protocol.Tests.TestServer;

namespace CoderLsp.Protocol.Tests;

public class MessageTests
{
    [Theory]
    [InlineData("{\"jsonrpc\": \"2.0\", nonsense", -32700)]
    [InlineData("", -32700)]
    [InlineData("\u0001", -32700)]
    [InlineData("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"test/echo\"}]", -32600)]
    [InlineData("[]", -32600)]
    [InlineData("17", -32600)]
    [InlineData("null", -32600)]
    [InlineData("{}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"result\":1}", -32600)]
    public async Task What_is_no_message_is_answered_with_a_null_id_and_the_connection_goes_on(string body, int code)
    {
        await using var server = await InitializedAsync();
        await server.Client.SendAsync(body);
        (await server.Client.ReplyAsync(null!)).ErrorCode().ShouldBe(code);
        (await server.Client.CallAsync("test/echo", Message("on"))).EchoedText().ShouldBe("on");
    }

    [Theory]
    [InlineData("{\"jsonrpc\":\"1.0\",\"id\":8,\"method\":\"test/echo\",\"params\":{}}", "8")]
    [InlineData("{\"id\":8,\"method\":\"test/echo\",\"params\":{}}", "8")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":17}", "8")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"test/echo\",\"params\":3}", "8")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":8.5,\"method\":\"test/echo\"}", "8.5")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":123456789012345678901234567890,\"method\":\"test/echo\"}", "123456789012345678901234567890")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":\"\\ud83d\",\"method\":\"test/echo\"}", "\"\\ud83d\"")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":{\"a\":1},\"method\":\"test/echo\"}", "null")]
    public async Task An_invalid_request_is_answered_under_the_id_that_it_had(string body, string id)
    {
        await using var server = await InitializedAsync();
        await server.Client.SendAsync(body);
        (await server.Client.WaitForAsync(message => LspTestClient.IsReplyTo(message, id))).ErrorCode().ShouldBe(-32600);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("4294967296")]
    [InlineData("9223372036854775807")]
    [InlineData("\"1\"")]
    [InlineData("\"\"")]
    [InlineData("\"id with \\\"quotes\\\" and ü\"")]
    [InlineData("null")]
    public async Task Ids_are_echoed_exactly(string id)
    {
        await using var server = await InitializedAsync();
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"test/echo","params":{"type":4,"message":"m"} }""");
        (await server.Client.WaitForAsync(message => LspTestClient.IsReplyTo(message, id))).EchoedText().ShouldBe("m");
    }

    [Theory]
    [InlineData("no/such")]
    [InlineData("$/noSuch")]
    [InlineData("textDocument/hover")]
    public async Task Unknown_requests_are_answered_and_unknown_notifications_are_not(string method)
    {
        await using var server = await InitializedAsync();
        var before = server.Client.Received.Count;
        await server.Client.NotifyAsync(method, new { a = 1 });
        await server.Client.NotifyAsync(method);
        (await server.Client.CallAsync(method, new { a = 1 })).ErrorCode().ShouldBe(-32601);
        (await server.Client.CallAsync(method)).ErrorCode().ShouldBe(-32601);
        server.Client.Received.Count.ShouldBe(before + 2);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"type\":\"four\",\"message\":\"m\"}")]
    [InlineData("{\"type\":4,\"message\":null}")]
    public async Task Params_of_another_shape_are_refused(string parameters)
    {
        await using var server = await InitializedAsync();
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":3,"method":"test/echo","params":{{parameters}} }""");
        (await server.Client.ReplyAsync(3)).ErrorCode().ShouldBe(-32602);
    }

    [Fact]
    public async Task A_request_without_need_of_params_takes_any()
    {
        foreach (var parameters in new object?[] { null, new { }, Array.Empty<int>() })
        {
            await using var server = await InitializedAsync();
            (await server.Client.CallAsync("shutdown", parameters)).GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
        }
    }

    [Fact]
    public async Task Notifications_are_handled_in_order_and_before_the_request_behind_them()
    {
        await using var server = await InitializedAsync();
        var frames = Enumerable.Range(0, 200).SelectMany(i => LspTestClient.Frame(LspTestClient.Notification("test/note", Message($"{i}"))))
            .Concat(LspTestClient.Frame(LspTestClient.Request(9, "test/notes", Message("")))).ToArray();
        await server.Client.SendBytesAsync(frames);
        (await server.Client.ReplyAsync(9)).EchoedText().ShouldBe(string.Join(",", Enumerable.Range(0, 200)));
    }

    [Fact]
    public async Task Unreadable_params_of_a_notification_reach_the_one_who_must_know()
    {
        await using var server = await InitializedAsync();
        await server.Client.NotifyAsync("test/note", new { uri = "file:///a" });
        await server.Client.CallAsync("test/notes", Message(""));
        server.Unreadable.ShouldBe(["{\"uri\":\"file:///a\"}"]);
        server.Log.ShouldContain(line => line.StartsWith("test/note:"));
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_document_is_kept()
    {
        var json = """{"textDocument":{"uri":"u","languageId":"c","version":1,"text":"a\ud83db\n\"\u0041\\"}}""";
        var parsed = JsonSerializer.Deserialize(json, Messages.LspJson.Default.DidOpenTextDocumentParams)!;
        parsed.TextDocument.Text.ShouldBe("a\ud83db\n\"A\\");
    }

    [Fact]
    public async Task Invalid_UTF8_inside_a_string_fails_no_more_than_its_message()
    {
        await using var server = await InitializedAsync();
        byte[] body = [.. "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"test/echo\",\"params\":{\"type\":4,\"message\":\""u8, 0xC3, 0x28, .. "\"}}"u8];
        await server.Client.SendBytesAsync([.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body]);
        await server.Client.WaitForAsync(message => message.TryGetProperty("error", out _));
        (await server.Client.CallAsync("test/echo", Message("on"))).EchoedText().ShouldBe("on");
    }

    [Fact]
    public async Task A_very_deep_message_is_a_parse_error()
    {
        await using var server = await InitializedAsync();
        await server.Client.SendAsync(new string('[', 100_000));
        (await server.Client.ReplyAsync(null!)).ErrorCode().ShouldBe(-32700);
    }
}
