using System.Diagnostics;
using System.Text.Json.Nodes;
using CoderLsp.Bench;
using Spectre.Console;

namespace CoderLsp.ServerBench;

/// <summary>The measurements, each of which adds rows to the table.</summary>
sealed class Measuring(string server, string model, CancellationToken cancellation)
{
    const int FirstPrompt = 64;

    static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50), Second = TimeSpan.FromSeconds(1);

    readonly Table _table = new Table().Border(TableBorder.Markdown).AddColumn("what").AddColumn(new TableColumn("measured").RightAligned()).AddColumn("bar");

    /// <summary>From the start of the process to the first token, as an editor sees it; the model's file is in the page cache.</summary>
    public async Task StartsAsync(int count)
    {
        var (text, tokens) = await SampleCode.OfAsync(FirstPrompt, server, model, cancellation);
        await using (var file = File.OpenRead(model)) await file.CopyToAsync(Stream.Null, cancellation);
        var (first, second) = (new List<double>(), new List<double>());
        for (var i = 0; i < count; i++)
        {
            var clock = Stopwatch.StartNew();
            await using var started = await EditedServer.StartAsync(server, model, text, cancellation);
            await started.AskAsync(cancellation);
            first.Add(clock.Elapsed.TotalSeconds);
            await started.TypeAsync(" total", cancellation);
            second.Add((await started.AskAsync(cancellation)).TotalSeconds);
        }

        Add($"process start to the first token of a {tokens}-token prompt, median of {count} ({first.Min():F2} to {first.Max():F2} s)", $"{Median(first):F2} s", "≤ 2.0 s");
        Add("the next request, one word typed", $"{Median(second):F2} s", "");
    }

    /// <summary>Two servers on one model.</summary>
    public async Task MemoryAndIdlenessAsync(int wanted)
    {
        var (text, tokens) = await SampleCode.OfAsync(wanted, server, model, cancellation);
        var (shorter, _) = await SampleCode.OfAsync(FirstPrompt, server, model, cancellation);
        await using var one = await EditedServer.StartAsync(server, model, text, cancellation);
        await one.AskAsync(cancellation);
        await using var two = await EditedServer.StartAsync(server, model, shorter, cancellation);
        await two.AskAsync(cancellation);
        await IdlenessAsync(one);

        var cache = await CacheBytesPerTokenAsync() * tokens;
        var memory = ProcessMemory.Of(one.ProcessId, model);
        var other = ProcessMemory.Of(two.ProcessId, model);
        Add("the model's file", Megabytes(new FileInfo(model).Length), "");
        Add("its pages that two servers share, in each", $"{Megabytes(memory.ModelShared)}, {Megabytes(other.ModelShared)}", "");
        Add("its pages that one server alone has", $"{Megabytes(memory.ModelPrivate)}, {Megabytes(other.ModelPrivate)}", "");
        Add("copies of its pages", $"{Megabytes(memory.ModelDirty)}, {Megabytes(other.ModelDirty)}", "0");
        Add($"private memory after a prompt of {tokens} tokens", Megabytes(memory.Private), "");
        Add("of it keys and values of these tokens", Megabytes(cache), "");
        Add("the rest", Megabytes(memory.Private - cache), "≤ 300 MB");
        Add("private memory of the other server, short prompt", Megabytes(other.Private), "");
        Add("other pages shared with other processes (libraries)", Megabytes(memory.Shared), "");
    }

    public void Print()
    {
        AnsiConsole.Profile.Width = 160;
        AnsiConsole.Write(_table);
    }

    // Processor time in the second that begins 50 ms after an answer; the longest of three, when the compiler has done its work.
    async Task IdlenessAsync(EditedServer asked)
    {
        for (var i = 0; i < 30; i++)
        {
            await asked.TypeAsync(" +", cancellation);
            await asked.AskAsync(cancellation);
        }

        await Task.Delay(2 * Second, cancellation);
        var (longest, busiest) = (-1.0, "");
        for (var i = 0; i < 3; i++)
        {
            await asked.TypeAsync(" +", cancellation);
            await asked.AskAsync(cancellation);
            await Task.Delay(Rest, cancellation);
            var before = ProcessorTime.ByThread(asked.ProcessId);
            await Task.Delay(Second, cancellation);
            var spent = ProcessorTime.ByThread(asked.ProcessId)
                .Select(thread => (thread.Key.Name, Time: (thread.Value - before.GetValueOrDefault(thread.Key)) / 1e6))
                .Where(thread => thread.Time > 0).OrderByDescending(thread => thread.Time).ToList();
            if (spent.Sum(t => t.Time) is var total && total <= longest) continue;
            (longest, busiest) = (total, string.Join(", ", spent.Take(3).Select(t => $"{t.Name} {t.Time:F1}")));
        }

        Add($"processor time in the second from 50 ms after the last token, nothing computed ahead ({busiest})", $"{longest:F1} ms", "0%: < 10 ms");
    }

    async Task<long> CacheBytesPerTokenAsync()
    {
        using var process = Process.Start(new ProcessStartInfo(server, ["inspect", "--json", model]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        return JsonNode.Parse(output)!["memory"]!["keyValueBytesPerToken"]!.GetValue<long>();
    }

    void Add(string what, string measured, string bar) => _table.AddRow(Markup.Escape(what), measured, bar);

    static string Megabytes(long bytes) => $"{bytes / 1e6:F0} MB";

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
