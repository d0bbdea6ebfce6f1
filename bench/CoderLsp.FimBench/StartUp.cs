using System.Diagnostics;
using System.Text.Json.Nodes;
using CoderLsp.Bench;

namespace CoderLsp.FimBench;

/// <summary>How long a user who opens an editor waits: from the start of the server's process to its first answers.</summary>
static class StartUp
{
    public static async Task MeasureAsync(string server, JsonObject settings, int starts, CancellationToken cancellation)
    {
        var (initialized, suggested, memory) = (new List<double>(), new List<double>(), 0L);
        for (var i = 0; i < starts; i++)
        {
            var clock = Stopwatch.StartNew();
            await using var client = LspClient.Start(server);
            await client.InitializeAsync((JsonObject)settings.DeepClone(), cancellation);
            initialized.Add(clock.Elapsed.TotalMilliseconds);
            var document = new JsonObject { ["uri"] = "file:///start/Program.cs", ["languageId"] = "csharp", ["version"] = 1, ["text"] = "using Sys" };
            await client.NotifyAsync("textDocument/didOpen", new() { ["textDocument"] = document }, cancellation);
            await client.RequestAsync("textDocument/inlineCompletion", new()
            {
                ["textDocument"] = new JsonObject { ["uri"] = "file:///start/Program.cs" },
                ["position"] = new JsonObject { ["line"] = 0, ["character"] = 9 },
                ["context"] = new JsonObject { ["triggerKind"] = 1 },
            }, cancellation);
            suggested.Add(clock.Elapsed.TotalMilliseconds);
            memory = client.ResidentBytes;
            await client.ShutDownAsync(cancellation);
        }

        Console.WriteLine($"from the start to the answer to initialize: {Described(initialized)}");
        Console.WriteLine($"from the start to the first suggestion:     {Described(suggested)}");
        Console.WriteLine($"resident memory after it:                   {memory / 1e6:F0} MB");
    }

    static string Described(List<double> times) => $"{times.Order().ElementAt(times.Count / 2):F0} ms (median of {times.Count}; {times.Min():F0} to {times.Max():F0})";
}
