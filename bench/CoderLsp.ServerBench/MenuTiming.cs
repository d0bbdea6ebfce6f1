using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using CoderLsp.Bench;
using Spectre.Console;

namespace CoderLsp.ServerBench;

/// <summary>
/// How long the menu of code actions takes, as an editor sees it that asks at every move of the cursor: half of the requests for a cursor,
/// half for a selection of up to 40 lines, each with some of the document's diagnostics. No model is asked, so none matters.
/// </summary>
static class MenuTiming
{
    const string Uri = "file:///bench/Program.cs";
    const int WarmUp = 100;

    public static async Task RunAsync(string server, int lines, int requests, CancellationToken cancellation)
    {
        await using var client = LspClient.Start(server);
        await InitializeAsync(client, cancellation);
        var text = Document(lines);
        await client.NotifyAsync("textDocument/didOpen", new()
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uri, ["languageId"] = "csharp", ["version"] = 1, ["text"] = text },
        }, cancellation);
        // Answered when the model is there: its loading shall not count.
        await client.RequestAsync("textDocument/inlineCompletion", new()
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uri }, ["position"] = Position(0, 0), ["context"] = new JsonObject { ["triggerKind"] = 1 },
        }, cancellation);

        var random = new Random(1);
        var (times, offered) = (new List<double>(), 0);
        for (var i = -WarmUp; i < requests; i++)
        {
            var asked = Asked(random, lines);
            var clock = Stopwatch.GetTimestamp();
            var answer = await client.RequestAsync("textDocument/codeAction", asked, cancellation);
            if (i < 0) continue;
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            offered += answer!.AsArray().Count;
        }

        await client.ShutDownAsync(cancellation);
        times.Sort();
        AnsiConsole.Profile.Width = 160;
        AnsiConsole.WriteLine($"{requests} menus in a document of {lines:N0} lines, {(double)offered / requests:F1} actions each: "
            + $"median {times[times.Count / 2]:F2} ms, 95% within {times[times.Count * 95 / 100]:F2} ms, longest {times[^1]:F2} ms");
    }

    static async Task InitializeAsync(LspClient client, CancellationToken cancellation)
    {
        var literals = new JsonObject { ["codeActionKind"] = new JsonObject { ["valueSet"] = new JsonArray("quickfix", "refactor", "source") } };
        var codeAction = new JsonObject
        {
            ["codeActionLiteralSupport"] = literals, ["dataSupport"] = true, ["resolveSupport"] = new JsonObject { ["properties"] = new JsonArray("edit") },
        };
        await client.RequestAsync("initialize", new()
        {
            ["processId"] = Environment.ProcessId, ["rootUri"] = null,
            ["capabilities"] = new JsonObject
            {
                ["textDocument"] = new JsonObject { ["codeAction"] = codeAction }, ["workspace"] = new JsonObject { ["applyEdit"] = true },
            },
            ["initializationOptions"] = new JsonObject { ["model"] = "seedling", ["logLevel"] = "error" },
        }, cancellation);
        await client.NotifyAsync("initialized", [], cancellation);
    }

    static string Document(int lines)
    {
        var text = new StringBuilder("static class Program\n{\n");
        for (var line = 2; line < lines - 1; line++)
            text.Append((line % 12) switch
            {
                0 => $"    static int Sum{line}(int[] values)\n",
                1 => "    {\n",
                10 => "    }\n",
                11 => "\n",
                _ => $"        total += values[{line}] * {line % 7}; // one of many\n",
            });
        return text.Append("}\n").ToString();
    }

    static JsonObject Asked(Random random, int lines)
    {
        var start = random.Next(2, lines - 50);
        var end = random.Next(2) == 0 ? start : start + random.Next(40);
        var diagnostics = new JsonArray();
        for (var i = random.Next(4); i > 0; i--)
            diagnostics.Add((JsonNode)new JsonObject
            {
                ["range"] = new JsonObject { ["start"] = Position(start, 4), ["end"] = Position(start, 9) }, ["severity"] = i, ["message"] = $"Something is not as it should be ({i}).",
            });
        return new()
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uri },
            ["range"] = new JsonObject { ["start"] = Position(start, 4), ["end"] = Position(end, end == start ? 4 : 6) },
            ["context"] = new JsonObject { ["diagnostics"] = diagnostics },
        };
    }

    static JsonObject Position(int line, int character) => new() { ["line"] = line, ["character"] = character };
}
