using System.Text;
using CoderLsp.TestSupport;
using static CoderLsp.Protocol.Tests.TestServer;

namespace CoderLsp.Protocol.Tests;

public class FramingTests
{
    static byte[] WithHeader(string header, string json) => Encoding.UTF8.GetBytes(header + json);

    [Fact]
    public async Task A_message_may_arrive_byte_by_byte()
    {
        await using var server = await InitializedAsync();
        foreach (var single in LspTestClient.Frame(LspTestClient.Request(7, "test/echo", Message("größer 😀"))))
            await server.Client.SendBytesAsync([single]);
        (await server.Client.ReplyAsync(7)).EchoedText().ShouldBe("größer 😀");
    }

    [Fact]
    public async Task Many_messages_may_arrive_at_once_and_cut_anywhere()
    {
        await using var server = await InitializedAsync();
        var bytes = Enumerable.Range(100, 20).SelectMany(i => LspTestClient.Frame(LspTestClient.Request(i, "test/echo", Message($"m{i}")))).ToArray();
        foreach (var piece in bytes.Chunk(97)) await server.Client.SendBytesAsync(piece);
        for (var i = 100; i < 120; i++) (await server.Client.ReplyAsync(i)).EchoedText().ShouldBe($"m{i}");
    }

    [Theory]
    [InlineData("content-length: {0}\r\n\r\n")]
    [InlineData("CONTENT-LENGTH:{0}\r\n\r\n")]
    [InlineData("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: {0}\r\n\r\n")]
    [InlineData("Content-Length: {0}\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\nX-Other: 1\r\n\r\n")]
    [InlineData("\r\nContent-Length: {0}\r\n\r\n")]
    [InlineData("Content-Length: {0}\n\n")]
    public async Task A_header_may_be_written_in_many_ways(string header)
    {
        await using var server = await InitializedAsync();
        var json = LspTestClient.Request("x", "test/echo", Message("here"));
        await server.Client.SendBytesAsync(WithHeader(string.Format(header, Encoding.UTF8.GetByteCount(json)), json));
        (await server.Client.ReplyAsync("x")).EchoedText().ShouldBe("here");
    }

    [Theory]
    [InlineData("Content-Length: twelve\r\n\r\n{}")]
    [InlineData("Content-Length: -5\r\n\r\n{}")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\n{}")]
    [InlineData("Content-Length: 900000000000000\r\n\r\n{}")]
    [InlineData("X-Other: 1\r\n\r\n{}")]
    [InlineData("{\"jsonrpc\":\"2.0\"}\nno header at all\r\n\r\n")]
    public async Task After_a_malformed_header_the_connection_ends_with_an_error_and_a_log_line(string bytes)
    {
        await using var server = await InitializedAsync();
        await server.Client.SendBytesAsync(Encoding.UTF8.GetBytes(bytes));
        await server.Running.WaitAsync(TimeSpan.FromSeconds(30));
        await server.Client.EndOfOutputAsync();
        var reply = server.Client.Received[^1];
        reply.ErrorCode().ShouldBe(-32700);
        reply.GetProperty("id").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        server.Log.ShouldContain(line => line.Contains("header") || line.Contains("Content-Length"));
    }

    [Fact]
    public async Task A_header_without_end_is_given_up()
    {
        await using var server = await InitializedAsync();
        await server.Client.SendBytesAsync(Encoding.ASCII.GetBytes("X: " + new string('a', 20_000)));
        await server.Running.WaitAsync(TimeSpan.FromSeconds(30));
        server.Log.ShouldContain(line => line.Contains("more than 8192 bytes"));
    }

    [Fact]
    public async Task An_end_of_the_input_inside_a_message_is_said()
    {
        await using var server = await InitializedAsync();
        await server.Client.SendBytesAsync(Encoding.ASCII.GetBytes("Content-Length: 100\r\n\r\n{\"jsonrpc\""));
        server.Client.CloseInput();
        await server.Running.WaitAsync(TimeSpan.FromSeconds(30));
        server.Log.ShouldContain(line => line.Contains("90 of 100 bytes are missing"));
    }

    [Fact]
    public async Task A_message_over_the_limit_is_refused_by_its_id_and_the_next_is_handled()
    {
        await using var server = await InitializedAsync(maxMessageBytes: 10_000);
        await server.Client.SendAsync(LspTestClient.Request(5, "test/echo", Message(new string('x', 50_000))));
        await server.Client.SendAsync(LspTestClient.Request(6, "test/echo", Message("small")));
        var refused = await server.Client.ReplyAsync(5);
        refused.ErrorCode().ShouldBe(-32600);
        refused.ErrorText().ShouldContain("limit of 10000 bytes");
        (await server.Client.ReplyAsync(6)).EchoedText().ShouldBe("small");
        server.Log.ShouldContain(line => line.Contains("limit of 10000 bytes"));
    }

    [Fact]
    public async Task A_message_just_at_the_limit_is_handled()
    {
        var json = LspTestClient.Request(5, "test/echo", Message(new string('x', 5_000)));
        await using var server = await InitializedAsync(maxMessageBytes: Encoding.UTF8.GetByteCount(json));
        await server.Client.SendAsync(json);
        (await server.Client.ReplyAsync(5)).EchoedText().Length.ShouldBe(5_000);
    }

    [Fact]
    public async Task Another_charset_is_refused_and_the_connection_goes_on()
    {
        await using var server = await InitializedAsync();
        await server.Client.SendBytesAsync(WithHeader("Content-Length: 2\r\nContent-Type: a/b; charset=\"latin-1\"\r\n\r\n", "{}"));
        (await server.Client.ReplyAsync(null!)).ErrorText().ShouldContain("'latin-1' is not supported");
        (await server.Client.CallAsync("test/echo", Message("on"))).EchoedText().ShouldBe("on");
    }
}
