using System.Diagnostics;

namespace CoderLsp.ProtocolFuzz;

/// <summary>How a run ended. It passed when nothing is wrong.</summary>
/// <param name="Before">Memory in the first half of the run, without the warming up: the median, since caches that fill and empty make single readings differ.</param>
/// <param name="After">Memory in the second half.</param>
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

    // More would only fill queues.
    const int MostOpen = 1000;

    // Somebody who types has a few requests open. With more, buffers grow with the longest queue that there ever was, whenever that is.
    const int MostOpenTyping = 8;

    public static Task<FuzzReport> MessagesAsync(FuzzedServer server, long messages, int seed)
    {
        var traffic = new RandomTraffic(seed);
        return RunAsync(server, MostOpen, messages / 10, messages, client => client.SendAsync(traffic.Next()));
    }

    /// <param name="warmUp">Keystrokes before those that count, which fill the caches.</param>
    public static Task<FuzzReport> KeystrokesAsync(FuzzedServer server, long warmUp, long keystrokes)
    {
        var typing = new Typing();
        return RunAsync(server, MostOpenTyping, warmUp, warmUp + keystrokes, async client =>
        {
            foreach (var message in typing.Next()) await client.SendAsync(message);
        });
    }

    const int Readings = 20;

    /// <param name="warmUp">Of the steps, those before memory counts.</param>
    /// <param name="step">One message, or one keystroke.</param>
    static async Task<FuzzReport> RunAsync(FuzzedServer server, int mostOpen, long warmUp, long steps, Func<FuzzClient, Task> step)
    {
        using var client = new FuzzClient(server, mostOpen);
        await client.SendAsync(Initialize, "\"begin\"");
        await client.SendAsync("""{"jsonrpc":"2.0","method":"initialized","params":{}}""");
        var time = Stopwatch.StartNew();
        var memory = new List<(long Managed, long Private)>();
        for (long i = 1; i <= steps; i++)
        {
            await step(client);
            if (i <= warmUp || (i - warmUp) % Math.Max(1, (steps - warmUp) / Readings) != 0) continue;
            await client.SettleAsync();
            memory.Add(server.Memory());
        }
        await client.SettleAsync();
        time.Stop();
        var (before, after) = (Median(memory[..(memory.Count / 2)]), Median(memory[(memory.Count / 2)..]));
        var status = await client.EndAsync();
        var report = new FuzzReport(client.Sent, client.Expected, client.Replies, client.Notifications, time.Elapsed, before, after);
        if (status != 0) report.Wrong.Add($"The exit status is {status}.");
        if (client.Replies != client.Expected) report.Wrong.Add($"{client.Expected - client.Replies} replies are missing.");
        report.Wrong.AddRange(client.Violations);
        report.Wrong.AddRange(server.Failures);
        return report;
    }

    static (long Managed, long Private) Median(List<(long Managed, long Private)> readings) =>
        (Median(readings.Select(reading => reading.Managed)), Median(readings.Select(reading => reading.Private)));

    static long Median(IEnumerable<long> values) => values.Order().ElementAt(values.Count() / 2);
}
