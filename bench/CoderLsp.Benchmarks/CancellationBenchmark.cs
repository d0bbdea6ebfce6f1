using System.Diagnostics;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Scheduling;

namespace CoderLsp.Benchmarks;

/// <summary>
/// How soon a model stops when its work is cancelled, and how soon a suggestion has the model when background work is running: in a prompt,
/// whose pieces take longest, and while generating; and what smaller pieces cost. Arguments: a model's file.
/// </summary>
static class CancellationBenchmark
{
    const int Prompt = 512, Repeats = 20;

    public static void Run(TextWriter output, string[] arguments)
    {
        if (arguments.Length == 0)
        {
            output.WriteLine("Which model? Make one with: coderlsp bench --shape deepseek-coder-1.3b --write FILE");
            return;
        }

        using var engine = Engine.Load(arguments[0], new EngineOptions { ContextTokens = 1024 });
        engine.WarmUpAsync().GetAwaiter().GetResult();
        foreach (var chunk in new[] { 64, 96, 128, 192 })
            output.WriteLine($"a prompt in chunks of {chunk,3}: {Speed(engine, chunk):F1} tokens/s");
        output.WriteLine($"{"in a prompt, until it has stopped",-48} {Latencies(engine, Prefilling, Stops)}");
        output.WriteLine($"{"while generating, until it has stopped",-48} {Latencies(engine, Generating, Stops)}");
        output.WriteLine($"{"in a background prompt, until a suggestion begins",-48} {Latencies(engine, Prefilling, SuggestionBegins)}");
    }

    /// <summary>Tokens a second, the best of some.</summary>
    static double Speed(Engine engine, int chunk) => 2 * chunk / Enumerable.Range(0, 3)
        .Select(_ => engine.TimeAsync(2 * chunk, 0, chunk).GetAwaiter().GetResult().TotalSeconds).Min();

    static string Latencies(Engine engine, Func<Engine, int, CancellationToken, Task> begin, Func<Engine, int, Task, CancellationTokenSource, TimeSpan> wait)
    {
        var random = new Random(5);
        var times = Enumerable.Range(0, Repeats).Select(i =>
        {
            using var cancellation = new CancellationTokenSource();
            var work = begin(engine, i, cancellation.Token);
            Thread.Sleep(random.Next(100, 400)); // anywhere in it
            var time = wait(engine, i, work, cancellation).TotalMilliseconds;
            cancellation.Cancel();
            ((Task)work).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
            return time;
        }).Order().ToList();
        return $"{times[Repeats / 2],6:F1} ms (median) {times[Repeats * 9 / 10],6:F1} ms (90%) {times[^1],6:F1} ms (most)";
    }

    static Task Prefilling(Engine engine, int number, CancellationToken cancellation) =>
        engine.PrefillAsync(Text(engine, number, Prompt), WorkPriority.Background, cancellation);

    static Task Generating(Engine engine, int number, CancellationToken cancellation) => engine.GenerateAsync(
        new() { Prompt = Text(engine, number, 4), MaxTokens = Prompt, IgnoreEnd = true, Priority = WorkPriority.Background }, cancellation);

    static TimeSpan Stops(Engine engine, int number, Task work, CancellationTokenSource cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        cancellation.Cancel();
        try
        {
            work.GetAwaiter().GetResult();
            throw new InvalidOperationException("It was through before it was cancelled: give a larger model.");
        }
        catch (OperationCanceledException)
        {
            return Stopwatch.GetElapsedTime(start);
        }
    }

    /// <summary>Until the model's thread takes a suggestion up, which is cancelled then.</summary>
    static TimeSpan SuggestionBegins(Engine engine, int number, Task work, CancellationTokenSource cancellation)
    {
        var prompt = new SignallingList(Text(engine, number, 4));
        var start = Stopwatch.GetTimestamp();
        engine.GenerateAsync(new() { Prompt = prompt, MaxTokens = 1 }).GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(start, prompt.Read);
    }

    /// <summary>Tokens that no other number's text begins with.</summary>
    static int[] Text(Engine engine, int number, int length) =>
        [.. Enumerable.Range(0, length).Select(i => i == 0 ? number : (int)((i * 104_729L + number) % engine.Shape.Vocabulary))];

    /// <summary>A prompt that knows when it was first read.</summary>
    sealed class SignallingList(int[] tokens) : IReadOnlyList<int>
    {
        public long Read { get; private set; }

        public int Count
        {
            get
            {
                if (Read == 0) Read = Stopwatch.GetTimestamp();
                return tokens.Length;
            }
        }

        public int this[int index] => tokens[index];

        public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)tokens).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
