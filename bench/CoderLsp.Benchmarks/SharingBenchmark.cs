using System.Diagnostics;
using CoderLsp.Bench;
using CoderLsp.Inference.Generation;

namespace CoderLsp.Benchmarks;

/// <summary>
/// How computing and other work on the same cores get along (Linux): the speed by number of threads, alone and beside a process that keeps
/// one core busy; and how late another thread's timer is meanwhile, which is what an editor's user feels.
/// Arguments: a model's file, and the most threads to try.
/// </summary>
static class SharingBenchmark
{
    const int Prompt = 128, Decode = 16, Repeats = 3;

    static readonly TimeSpan Watch = TimeSpan.FromSeconds(2), Tick = TimeSpan.FromMilliseconds(5);

    public static void Run(TextWriter output, string[] arguments)
    {
        if (arguments.Length == 0)
        {
            output.WriteLine("Which model? Make one with: coderlsp bench --shape deepseek-coder-1.3b --write FILE");
            return;
        }

        var most = arguments.Length > 1 ? int.Parse(arguments[1]) : Environment.ProcessorCount;
        output.WriteLine($"a timer of {Tick.TotalMilliseconds} ms while nothing computes: {Lateness()}");
        output.WriteLine($"{"threads",-8} {$"pp{Prompt}",14} {$"tg{Decode}",14} {"beside a busy core:",24} {"share",13}   timer while generating");
        for (var threads = 1; threads <= most; threads++)
        {
            using var engine = Engine.Load(arguments[0], new EngineOptions { Threads = threads, ContextTokens = 1024 });
            var (prompt, decode) = (Speed(engine, Prompt, Prompt), Speed(engine, Decode, 1));
            var timer = WhileGenerating(engine);
            var (busyPrompt, busyDecode) = BesideABusyCore(() => (Speed(engine, Prompt, Prompt), Speed(engine, Decode, 1)));
            output.WriteLine($"{threads,-8} {prompt,14:F1} {decode,14:F1} {busyPrompt,11:F1} {busyDecode,12:F1} {busyPrompt / prompt,6:P0} {busyDecode / decode,6:P0}   {timer}");
        }
    }

    /// <summary>Tokens a second, the best of some.</summary>
    static double Speed(Engine engine, int count, int batch) => count / Enumerable.Range(0, Repeats + 1)
        .Select(_ => engine.TimeAsync(count, 0, batch).GetAwaiter().GetResult().TotalSeconds).Skip(1).Min();

    static (double Prompt, double Decode) BesideABusyCore(Func<(double, double)> measure)
    {
        using var busy = new BusyCore();
        return measure();
    }

    static string WhileGenerating(Engine engine)
    {
        using var stop = new CancellationTokenSource();
        var generating = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await engine.TimeAsync(Decode, 0, 1);
        });
        var lateness = Lateness();
        stop.Cancel();
        generating.GetAwaiter().GetResult();
        return lateness;
    }

    /// <summary>How much later than asked for a thread that does nothing else goes on.</summary>
    static string Lateness()
    {
        var late = new List<double>();
        var thread = new Thread(() =>
        {
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < Watch)
            {
                var start = Stopwatch.GetTimestamp();
                Thread.Sleep(Tick);
                late.Add((Stopwatch.GetElapsedTime(start) - Tick).TotalMilliseconds);
            }
        });
        thread.Start();
        thread.Join();
        late.Sort();
        return $"late by {late[late.Count / 2]:F2} ms (median), {late[late.Count * 99 / 100]:F2} ms (99%), {late[^1]:F2} ms (most)";
    }
}
