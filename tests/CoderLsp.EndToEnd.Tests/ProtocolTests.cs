using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>The wire, against the real executable.</summary>
public class ProtocolTests
{
    static int CodeOf(JsonElement reply) => reply.GetProperty("error").GetProperty("code").GetInt32();

    static string Initialize(int id) => LspTestClient.Request(id, "initialize", new { processId = (int?)null, rootUri = (string?)null, capabilities = new { } });

    [Theory]
    [InlineData]
    [InlineData("--stdio")]
    [InlineData("lsp")]
    [InlineData("lsp", "--stdio")]
    public async Task The_server_is_started_in_any_usual_way(params string[] arguments)
    {
        await using var server = new ServerProcess(arguments);
        var result = (await server.InitializeAsync()).GetProperty("result");
        result.GetProperty("serverInfo").GetProperty("name").GetString().ShouldBe("coderlsp");
        result.GetProperty("capabilities").GetProperty("inlineCompletionProvider").GetBoolean().ShouldBeTrue();
        (await server.ShutDownAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_message_may_come_byte_by_byte()
    {
        await using var server = new ServerProcess();
        foreach (var single in LspTestClient.Frame(Initialize(1))) await server.Client.SendBytesAsync([single]);
        (await server.Client.ReplyAsync(1)).TryGetProperty("result", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_whole_session_may_come_in_one_write()
    {
        await using var server = new ServerProcess();
        await server.Client.SendBytesAsync([
            .. LspTestClient.Frame(Initialize(1)), .. LspTestClient.Frame(LspTestClient.Notification("initialized", new { })),
            .. LspTestClient.Frame(LspTestClient.Request("two", "no/such")), .. LspTestClient.Frame(LspTestClient.Request(3, "shutdown")),
            .. LspTestClient.Frame(LspTestClient.Notification("exit"))]);
        (await server.ExitAsync()).ShouldBe(0);
        server.Client.Received.Count(m => !m.TryGetProperty("method", out _)).ShouldBe(3);
        (await server.Client.ReplyAsync(1)).TryGetProperty("result", out _).ShouldBeTrue();
        CodeOf(await server.Client.ReplyAsync("two")).ShouldBe(-32601);
        (await server.Client.ReplyAsync(3)).GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task What_is_wrong_is_answered_and_the_session_goes_on()
    {
        await using var server = await ServerProcess.InitializedAsync();
        server.Client.IsCareful = false;
        await server.Client.SendAsync("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\"}]");
        await server.Client.WaitForAsync(m => LspTestClient.IsReplyTo(m, "null") && CodeOf(m) == -32600);
        await server.Client.SendAsync("{\"jsonrpc\":");
        await server.Client.WaitForAsync(m => LspTestClient.IsReplyTo(m, "null") && CodeOf(m) == -32700);
        CodeOf(await server.Client.CallAsync("textDocument/hover", new { })).ShouldBe(-32601);
        CodeOf(await server.Client.CallAsync("$/unknown")).ShouldBe(-32601);
        CodeOf(await server.Client.CallAsync("textDocument/inlineCompletion", new { })).ShouldBe(-32602);
        await server.Client.NotifyAsync("unknown/notification", new { });
        (await server.ShutDownAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_message_too_large_is_skipped_and_the_session_goes_on()
    {
        await using var server = await ServerProcess.InitializedAsync();
        var json = Encoding.UTF8.GetBytes("{\"jsonrpc\":\"2.0\",\"id\":\"big\",\"method\":\"test\",\"params\":[\"");
        var body = new byte[(128 << 20) + 1];
        body.AsSpan().Fill((byte)'x');
        json.CopyTo(body, 0);
        await server.Client.SendBytesAsync(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
        await server.Client.SendBytesAsync(body);
        CodeOf(await server.Client.ReplyAsync("big")).ShouldBe(-32600);
        (await server.ShutDownAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Before_initialize_and_after_shutdown_requests_are_refused()
    {
        await using var server = new ServerProcess();
        server.Client.IsCareful = false;
        CodeOf(await server.Client.CallAsync("textDocument/inlineCompletion", new { })).ShouldBe(-32002);
        await server.InitializeAsync();
        await server.Client.CallAsync("shutdown");
        CodeOf(await server.Client.CallAsync("textDocument/inlineCompletion", new { })).ShouldBe(-32600);
        await server.Client.NotifyAsync("exit");
        (await server.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Exit_without_shutdown_is_status_1()
    {
        await using var server = await ServerProcess.InitializedAsync();
        await server.Client.NotifyAsync("exit");
        (await server.ExitAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task The_end_of_the_input_ends_the_process()
    {
        await using var server = await ServerProcess.InitializedAsync();
        server.Client.CloseInput();
        (await server.ExitAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_malformed_header_ends_the_process_with_a_word_about_it()
    {
        await using var server = await ServerProcess.InitializedAsync();
        await server.Client.SendBytesAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        (await server.ExitAsync()).ShouldBe(1);
        CodeOf(server.Client.Received[^1]).ShouldBe(-32700);
        server.Errors.ShouldContain("Content-Length");
    }

    [Fact]
    public async Task The_death_of_the_client_ends_the_process_though_the_pipe_stays_open()
    {
        using var client = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        await using var server = new ServerProcess();
        await server.Client.CallAsync("initialize", new { processId = client.Id, rootUri = (string?)null, capabilities = new { } });
        await client.WaitForExitAsync();
        (await server.ExitAsync()).ShouldBe(1);
    }
}
