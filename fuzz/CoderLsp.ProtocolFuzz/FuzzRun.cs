using System.Diagnostics;

namespace CoderLsp.ProtocolFuzz;

/// <summary>How a run ended. It passed when nothing is wrong.</summary>
/// <param name="Before">Peak memory from the end of the warm-up to the middle of the run; caches that fill and empty make single readings differ.</param>
/// <param name="After">Peak memory in the second half.</param>
sealed record FuzzReport(long Messages, long Expected, long Replies, long FromServer, TimeSpan Time, (long Managed, long Private) Before, (long Managed, long Private) After)
{
    public List<string> Wrong { get; } = [];

    public double ManagedGrowth => Before.Managed == 0 ? 0 : (double)After.Managed / Before.Managed - 1;

    public double PrivateGrowth => (double)After.Private / Before.Private - 1;
}

/// <summary>One session with a server: random messages, or typing.</summary>
static class FuzzRun
{
    // A client that can do all for which the server would ask it something.
    const string Initialize =
        """
        {"jsonrpc":"2.0","id":"begin","method":"initialize","params":{"processId":null,"rootUri":null,
        "capabilities":{"workspace":{"configuration":true,"workspaceFolders":true,"applyEdit":true,"didChangeWatchedFiles":{"dynamicRegistration":true},
        "didChangeConfiguration":{"dynamicRegistration":true}},"window":{"workDoneProgress":true,"showDocument":{"support":true}},"experimental":{"coderlspStatus":true}},
        "initializationOptions":{"inline":{"maxTokens":1},"chatModel":"quick"}}}
        """;

    public static Task<FuzzReport> MessagesAsync(FuzzedServer server, long messages, int seed)
    {
        var traffic = new RandomTraffic(seed);
        return RunAsync(server, messages, async (client, _) => await client.SendAsync(traffic.Next()));
    }

    public static Task<FuzzReport> KeystrokesAsync(FuzzedServer server, long keystrokes)
    {
        var typing = new Typing();
        return RunAsync(server, keystrokes, async (client, _) =>
        {
            foreach (var message in typing.Next()) await client.SendAsync(message);
        });
    }

    const int Readings = 20;

    /// <param name="step">One message, or one keystroke. The first tenth of them warms up; memory counts from there.</param>
    static async Task<FuzzReport> RunAsync(FuzzedServer server, long steps, Func<FuzzClient, long, Task> step)
    {
        using var client = new FuzzClient(server);
        await client.SendAsync(Initialize, "\"begin\"");
        await client.SendAsync("""{"jsonrpc":"2.0","method":"initialized","params":{}}""");
        var time = Stopwatch.StartNew();
        var memory = new List<(long Managed, long Private)>();
        for (long i = 1; i <= steps; i++)
        {
            await step(client, i);
            if (i % Math.Max(1, steps / Readings) != 0 || i < steps / 10) continue;
            await client.SettleAsync();
            memory.Add(server.Memory());
        }
        await client.SettleAsync();
        time.Stop();
        var (before, after) = (Peak(memory[..(memory.Count / 2)]), Peak(memory[(memory.Count / 2)..]));
        var status = await client.EndAsync();
        var report = new FuzzReport(client.Sent, client.Expected, client.Replies, client.Notifications, time.Elapsed, before, after);
        if (status != 0) report.Wrong.Add($"The exit status is {status}.");
        if (client.Replies != client.Expected) report.Wrong.Add($"{client.Expected - client.Replies} replies are missing.");
        report.Wrong.AddRange(client.Violations);
        report.Wrong.AddRange(server.Failures);
        return report;
    }

    static (long Managed, long Private) Peak(List<(long Managed, long Private)> readings) =>
        (readings.Max(reading => reading.Managed), readings.Max(reading => reading.Private));
}
