using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>What no editor should send, and what large projects do send, against the real executable.</summary>
public class RobustnessTests
{
    static readonly object Quick = new { inline = new { maxTokens = 1 } };

    static int CodeOf(JsonElement reply) => reply.GetProperty("error").GetProperty("code").GetInt32();

    static object At(string uri, int line, int character) => new
    {
        textDocument = new { uri }, position = new { line, character }, context = new { triggerKind = 1 },
    };

    static object Edit(string uri, int version, int line, int character, string text) => new
    {
        textDocument = new { uri, version },
        contentChanges = new[] { new { range = new { start = new { line, character }, end = new { line, character } }, text } },
    };

    static async Task<bool> AnswersAsync(ServerProcess server) => CodeOf(await server.Client.CallAsync("$/ping")) == -32601;

    static async Task<ServerProcess> StartAsync(object? settings = null)
    {
        var server = await ServerProcess.InitializedAsync(settings);
        server.Client.IsCareful = false;
        return server;
    }

    [Fact]
    public async Task A_message_may_be_cut_at_any_byte()
    {
        var message = LspTestClient.Frame(LspTestClient.Request("é😀", "no/such", new { text = "ä😀" }));
        await using var server = await StartAsync();
        for (var cut = 1; cut < message.Length; cut++)
        {
            await server.Client.SendBytesAsync(message[..cut]);
            await server.Client.SendBytesAsync(message[cut..]);
        }
        (await AnswersAsync(server)).ShouldBeTrue();
        server.Client.Received.Count(m => m.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() == "é😀")
            .ShouldBe(message.Length - 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(20)]
    [InlineData(24)]
    [InlineData(60)]
    public async Task An_input_that_ends_inside_a_message_ends_the_server(int cut)
    {
        await using var server = await StartAsync();
        await server.Client.SendBytesAsync(LspTestClient.Frame(LspTestClient.Request(9, "textDocument/hover", At("file:///a", 0, 0)))[..cut]);
        server.Client.CloseInput();
        (await server.ExitAsync()).ShouldBe(1);
        server.Client.Received.ShouldNotContain(m => LspTestClient.IsReplyTo(m, "9"));
        server.Errors.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("Content-Length: -5\r\n\r\n{}")]
    [InlineData("Content-Length: 12x\r\n\r\n{}")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\n{}")]
    [InlineData("Content-Type: x\r\n\r\n{}")]
    [InlineData("\u0000\u0001\u0002\n")]
    public async Task A_length_that_makes_no_sense_ends_the_server_with_a_word_about_it(string input)
    {
        await using var server = await StartAsync();
        await server.Client.SendBytesAsync(Encoding.Latin1.GetBytes(input));
        (await server.ExitAsync()).ShouldBe(1);
        CodeOf(server.Client.Received[^1]).ShouldBe(-32700);
        server.Errors.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(+1)]
    public async Task A_length_that_is_off_by_one_loses_no_more_than_the_connection(int wrongBy)
    {
        var body = LspTestClient.Request(9, "no/such");
        await using var server = await StartAsync();
        await server.Client.SendAsync("{}");
        await server.Client.SendBytesAsync([.. Encoding.UTF8.GetBytes($"Content-Length: {body.Length + wrongBy}\r\n\r\n{body}"), .. LspTestClient.Frame(body)]);
        // The first byte of the next header went missing, or the last of this body is taken for one.
        (await server.ExitAsync()).ShouldBe(1);
        server.Client.Received.ShouldContain(m => LspTestClient.IsReplyTo(m, "null") && CodeOf(m) == -32700);
        server.Errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Invalid_UTF8_and_JSON_are_answered_and_the_session_goes_on()
    {
        await using var server = await StartAsync();
        byte[][] bodies =
        [
            [0xff, 0xfe], [.. "{\"jsonrpc\":\"2.0\",\"id\":1,"u8, 0xc3, 0x28, .. "}"u8], [.. Encoding.UTF8.Preamble], "{\"a\":\"\\ud800\"}"u8.ToArray(), "{'a':1}"u8.ToArray(),
            "[[[[[[[["u8.ToArray(), Encoding.UTF8.GetBytes(new string('[', 100_000)), Encoding.UTF8.GetBytes("{\"x\":" + new string('1', 100_000) + "e999999}"), [],
        ];
        foreach (var body in bodies) await server.Client.SendBytesAsync([.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body]);
        (await AnswersAsync(server)).ShouldBeTrue();
        server.Client.Received.Count(m => LspTestClient.IsReplyTo(m, "null")).ShouldBe(bodies.Length);
        (await server.ShutDownAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-1", "-1")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("\"1\"", "\"1\"")]
    [InlineData("\"a\\u0000\\\"\"", "\"a\\u0000\\\"\"")]
    [InlineData("1.5", "1.5")]
    [InlineData("1e400", "1e400")]
    [InlineData("9223372036854775808", "9223372036854775808")]
    [InlineData("true", "null")]
    [InlineData("[1]", "null")]
    [InlineData("{}", "null")]
    public async Task Ids_of_every_kind_are_answered_under_what_they_are_or_null(string id, string expected)
    {
        await using var server = await StartAsync();
        await server.Client.SendAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"no/such"}""");
        var reply = await server.Client.WaitForAsync(m => LspTestClient.IsReplyTo(m, expected));
        CodeOf(reply).ShouldBe(id == expected && long.TryParse(id, out _) || id[0] == '"' ? -32601 : -32600);
        (await AnswersAsync(server)).ShouldBeTrue();
    }

    [Fact]
    public async Task Ten_thousand_requests_at_once_get_a_reply_each()
    {
        const string Uri = "file:///project/a.py";
        await using var server = await StartAsync(Quick);
        await server.OpenAsync(Uri, "python", "import os\nprint(os.p\n");
        await server.Client.CallAsync("textDocument/inlineCompletion", At(Uri, 1, 10));
        var before = server.PrivateBytes;
        var all = new MemoryStream();
        for (var id = 10_000; id < 20_000; id++)
            all.Write(LspTestClient.Frame(LspTestClient.Request(id, id % 3 == 0 ? "textDocument/completion" : "textDocument/inlineCompletion", At(Uri, 1, id % 11))));
        await server.Client.SendBytesAsync(all.ToArray());
        for (var id = 10_000; id < 20_000; id++) (await server.Client.ReplyAsync(id)).TryGetProperty("result", out _).ShouldBeTrue();
        (await AnswersAsync(server)).ShouldBeTrue();
        server.Client.Received.Count(m => m.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.GetInt32() is >= 10_000 and < 20_000).ShouldBe(10_000);
        // 20 KB for each request that was open at the same time.
        (server.PrivateBytes - before).ShouldBeLessThan(200 << 20);
        (await server.ShutDownAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Changes_out_of_order_and_out_of_range_are_told_once_and_opening_again_heals()
    {
        const string Uri = "file:///c%3A/project/a.py";
        await using var server = await StartAsync(Quick);
        await server.OpenAsync(Uri, "python", "import os\nprint(os.p");
        await server.Client.NotifyAsync("textDocument/didChange", Edit(Uri, 5, 1, 0, " "));
        await server.Client.NotifyAsync("textDocument/didChange", Edit(Uri, 4, 1, 0, " "));
        await server.Client.NotifyAsync("textDocument/didChange", Edit(Uri, 6, 77, 0, " "));
        Items(await server.Client.CallAsync("textDocument/inlineCompletion", At(Uri, 1, 10))).ShouldBe(0);
        server.Client.Received.Count(m => m.TryGetProperty("method", out var method) && method.GetString() == "window/showMessage").ShouldBe(1);
        await server.Client.NotifyAsync("textDocument/didClose", new { textDocument = new { uri = Uri } });
        await server.OpenAsync(Uri, "python", "import os\nprint(os.p");
        Items(await server.Client.CallAsync("textDocument/inlineCompletion", At(Uri, 1, 10))).ShouldBe(1);
    }

    static int Items(JsonElement reply) => reply.GetProperty("result").GetProperty("items").GetArrayLength();

    [Fact]
    public async Task A_keystroke_in_50_MB_costs_no_more_than_some_keystrokes_in_half_a_megabyte()
    {
        await using var server = await StartAsync(Quick);
        var small = await TypeAsync(server, "file:///small.py", lines: 10_000);
        var large = await TypeAsync(server, "file:///large.py", lines: 1_000_000);
        // 100 times the text: a copy of it for each key would cost about 100 times as much.
        (large / small).ShouldBeLessThan(20, $"{small:F2} ms and {large:F2} ms a key");
        (await server.ShutDownAsync()).ShouldBe(0);
    }

    // Milliseconds a key at the end of a document, the opening not counted.
    static async Task<double> TypeAsync(ServerProcess server, string uri, int lines)
    {
        const string Line = "value = compute(first, second, third) + 12345678\n"; // 50 bytes
        await server.OpenAsync(uri, "python", string.Concat(Enumerable.Repeat(Line, lines)));
        await server.Client.CallAsync("textDocument/inlineCompletion", At(uri, lines, 0));
        var time = Stopwatch.StartNew();
        // Half of them at the end as many clients write it: the start of the line behind the last.
        for (var i = 0; i < 100; i++) await server.Client.NotifyAsync("textDocument/didChange", Edit(uri, i + 2, lines + i % 2, i % 2 == 0 ? i : 0, "x"));
        Items(await server.Client.CallAsync("textDocument/inlineCompletion", At(uri, lines, 100))).ShouldBeLessThan(2);
        return time.Elapsed.TotalMilliseconds / 100;
    }

    [Fact]
    public async Task Five_thousand_documents_may_be_open()
    {
        await using var server = await StartAsync(Quick);
        for (var i = 0; i < 5000; i++) await server.OpenAsync($"file:///project/{i}.py", "python", $"import os\nprint(os.p  # {i}\n");
        foreach (var i in new[] { 0, 2500, 4999 }) Items(await server.Client.CallAsync("textDocument/inlineCompletion", At($"file:///project/{i}.py", 1, 10))).ShouldBe(1);
        for (var i = 0; i < 5000; i++) await server.Client.NotifyAsync("textDocument/didClose", new { textDocument = new { uri = $"file:///project/{i}.py" } });
        Items(await server.Client.CallAsync("textDocument/inlineCompletion", At("file:///project/0.py", 1, 10))).ShouldBe(0);
        (await server.ShutDownAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("file:///c%3A/Users/me/a.py")]
    [InlineData("file:///C:/Users/me/a.py")]
    [InlineData("file://server/share/a.py")]
    [InlineData("untitled:Untitled-1")]
    [InlineData("git:/project/a.py?%7B%22ref%22%3A%22HEAD%22%7D")]
    [InlineData("vscode-notebook-cell:/project/a.ipynb#W0sZmlsZQ%3D%3D")]
    [InlineData("jdtls://contents/rt.jar/java.lang/String.class?=x")]
    [InlineData("file:///project/%E4%BD%A0%20%F0%9F%98%80.py")]
    [InlineData("inmemory://model/1")]
    public async Task Documents_with_any_URI_get_suggestions(string uri)
    {
        await using var server = await StartAsync(Quick);
        await server.OpenAsync(uri, "python", "import os\nprint(os.");
        await server.Client.NotifyAsync("textDocument/didChange", Edit(uri, 2, 1, 9, "p"));
        Items(await server.Client.CallAsync("textDocument/inlineCompletion", At(uri, 1, 10))).ShouldBe(1);
        await server.Client.NotifyAsync("textDocument/didChange", Edit(uri, 1, 99, 9, "p"));
        (await server.Client.WaitForAsync(m => m.TryGetProperty("method", out var method) && method.GetString() == "window/showMessage"))
            .GetProperty("params").GetProperty("message").GetString()!.ShouldContain("CoderLsp has lost track of ");
    }

    [Fact]
    public async Task After_shutdown_every_request_is_refused_and_notifications_change_nothing()
    {
        await using var server = await StartAsync(Quick);
        await server.Client.CallAsync("shutdown");
        foreach (var method in new[] { "shutdown", "initialize", "textDocument/inlineCompletion", "no/such" }) CodeOf(await server.Client.CallAsync(method)).ShouldBe(-32600);
        await server.OpenAsync("file:///a.py", "python", "x");
        await server.Client.NotifyAsync("exit");
        (await server.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_dead_client_ends_the_server_within_five_seconds()
    {
        await using var server = new ServerProcess();
        using var editor = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        await server.Client.CallAsync("initialize", new { processId = editor.Id, rootUri = (string?)null, capabilities = new { } });
        await Task.Delay(500);
        editor.Kill();
        var time = Stopwatch.StartNew();
        (await server.ExitAsync()).ShouldBe(1);
        // The bound is part of the protocol page, not a matter of speed: the server looks every 3 s.
        time.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }
}
