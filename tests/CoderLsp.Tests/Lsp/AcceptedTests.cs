using System.Text.Json;
using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

/// <summary>What a client tells about suggestions, over the protocol and into the file.</summary>
public sealed class AcceptedTests : IDisposable
{
    const string Text = "def add(a, b):\n    return \n";

    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-accepted").FullName;

    string HistoryFile => Path.Combine(_folder, "state", "accept-history.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    async Task<JsonElement> SessionAsync(Func<ServerUnderTest, JsonElement, Task> tell)
    {
        await using (var server = new ServerUnderTest(() => new ScriptedModel((_, _) => Task.FromResult("a + b")), acceptHistoryFile: HistoryFile))
        {
            await server.InitializeAsync();
            await server.OpenAsync(Text);
            var reply = await server.Client.CallAsync("textDocument/inlineCompletion", Inline(1, 11));
            await tell(server, reply.GetProperty("result").GetProperty("items")[0]);
            await server.Client.CallAsync("shutdown");
        }
        if (!File.Exists(HistoryFile)) return default;
        using var document = JsonDocument.Parse(File.ReadAllText(HistoryFile));
        return document.RootElement.GetProperty("languages").GetProperty("python").Clone();
    }

    static Task<JsonElement> RunAsync(ServerUnderTest server, object command) => server.Client.CallAsync("workspace/executeCommand", command);

    [Fact]
    public async Task Accepting_an_item_runs_its_command_and_is_remembered_in_the_next_session()
    {
        for (var session = 1; session <= 2; session++)
        {
            var counts = await SessionAsync(async (server, item) =>
            {
                var command = item.GetProperty("command");
                command.GetProperty("command").GetString().ShouldBe("coderlsp.accepted");
                command.GetProperty("title").GetString().ShouldNotBeEmpty();
                for (var twice = 0; twice < 2; twice++)
                    (await RunAsync(server, new { command = "coderlsp.accepted", arguments = command.GetProperty("arguments") }))
                        .GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
            });
            counts.GetRawText().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal)
                .ShouldBe($$"""{"shown":{{session}},"accepted":{{session}},"partlyAccepted":0,"rejected":0,"characters":{{5 * session}}}""");
        }
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(HistoryFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_part_counts_its_characters_once()
    {
        var counts = await SessionAsync(async (server, item) =>
        {
            await server.Client.NotifyAsync("textDocument/didShowCompletion", new { item });
            await server.Client.NotifyAsync("textDocument/didPartiallyAcceptCompletion", new { item, acceptedLength = 1 });
            await server.Client.NotifyAsync("textDocument/didPartiallyAcceptCompletion", new { item, acceptedLength = 3 });
            await server.Client.NotifyAsync("textDocument/didPartiallyAcceptCompletion", new { item, acceptedLength = 3 });
        });
        (counts.GetProperty("shown").GetInt32(), counts.GetProperty("partlyAccepted").GetInt32(), counts.GetProperty("accepted").GetInt32(),
            counts.GetProperty("characters").GetInt32()).ShouldBe((1, 1, 0, 3));
    }

    [Theory]
    [InlineData("""{"item":null}""")]
    [InlineData("""{"item":7,"acceptedLength":"x"}""")]
    [InlineData("""{"item":{"command":{"arguments":[{}]}},"acceptedLength":3}""")]
    [InlineData("""{"item":{"command":{"arguments":["no such id"]}},"acceptedLength":-3}""")]
    [InlineData("""{}""")]
    public async Task Whatever_is_sent_as_an_item_does_no_harm(string parameters)
    {
        var counts = await SessionAsync(async (server, _) =>
        {
            foreach (var method in new[] { "textDocument/didShowCompletion", "textDocument/didPartiallyAcceptCompletion" })
                await server.Client.SendAsync($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}}}""");
            (await RunAsync(server, new { command = "coderlsp.accepted" })).TryGetProperty("error", out _).ShouldBeFalse();
            (await RunAsync(server, new { command = "coderlsp.accepted", arguments = new object[] { 1, new { } } })).TryGetProperty("error", out _).ShouldBeFalse();
            server.Log.ShouldNotContain(line => line.StartsWith("Error", StringComparison.Ordinal));
        });
        counts.ValueKind.ShouldBe(JsonValueKind.Undefined); // nothing was counted, so nothing is written
    }

    [Fact]
    public async Task An_unknown_command_is_an_error_that_names_it()
    {
        await using var server = await SayingAsync("x");
        var error = (await RunAsync(server, new { command = "other.command" })).GetProperty("error");
        error.GetProperty("code").GetInt32().ShouldBe(-32602);
        error.GetProperty("message").GetString()!.ShouldContain("other.command");
    }
}
