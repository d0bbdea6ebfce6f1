using System.Diagnostics;
using CoderLsp.Bench;
using Spectre.Console;

namespace CoderLsp.TypingBench;

/// <summary>
/// How soon work ends that nobody wants any more: the first request in a new file, whose prompt takes long, is cancelled by a change that its
/// answer cannot fit. (Cancelled without one, a computation goes on for half a second, since the next request may want it.)
/// </summary>
static class Cancelling
{
    static readonly TimeSpan Watched = TimeSpan.FromSeconds(0.5), Step = TimeSpan.FromMilliseconds(2);

    // Less than this part of a core is not the model's work.
    const double Idle = 0.2;

    public static async Task MeasureAsync(CoderLspServer server, IEnumerable<Trace> traces, int seed, CancellationToken cancellation)
    {
        var random = new Random(seed);
        var (replies, works) = (new List<double>(), new List<double>());
        foreach (var trace in traces)
        {
            var typist = new Typist(trace, seed);
            await server.OpenAsync(trace, cancellation);
            var (id, reply) = await server.BeginAsync(typist, typist.Next("").Change, cancellation);
            await Task.Delay(random.Next(100, 500), cancellation);
            if (reply.IsCompleted) continue; // too late to be cancelled
            var clock = Stopwatch.StartNew();
            await server.CancelAsync(id, cancellation);
            var answered = reply.ContinueWith(_ => clock.Elapsed.TotalMilliseconds, cancellation, TaskContinuationOptions.None, TaskScheduler.Default);
            works.Add(await WorkAsync(server.ProcessId, clock, cancellation));
            replies.Add(await answered);
            await server.CloseAsync(cancellation);
        }

        if (replies.Count == 0) throw new InvalidDataException("Every request was answered before it could be cancelled.");
        var table = new Table().Border(TableBorder.Markdown).AddColumn("cancelled, ms").AddColumn("median").AddColumn("longest");
        table.AddRow("to the reply", $"{Median(replies):F1}", $"{replies.Max():F1}");
        table.AddRow("to the end of the computation", $"{Median(works):F1}", $"{works.Max():F1}");
        AnsiConsole.Write(table);
    }

    /// <summary>Milliseconds until the model's threads have last used a good part of a core, as far as the system's clock of threads tells.</summary>
    static async Task<double> WorkAsync(int process, Stopwatch clock, CancellationToken cancellation)
    {
        var (last, time, spent) = (0.0, clock.Elapsed, Spent(process));
        while (clock.Elapsed < Watched)
        {
            await Task.Delay(Step, cancellation);
            var (now, total) = (clock.Elapsed, Spent(process));
            if ((total - spent) / (now - time).TotalNanoseconds > Idle) last = now.TotalMilliseconds;
            (time, spent) = (now, total);
        }

        return last;
    }

    // The runtime's compiler goes on with other work.
    static long Spent(int process) =>
        ProcessorTime.ByThread(process).Where(thread => thread.Key.Name.StartsWith("model", StringComparison.Ordinal)
            || thread.Key.Name.StartsWith("compute", StringComparison.Ordinal)).Sum(thread => thread.Value);

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
