using System.Diagnostics;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Scheduling;

namespace CoderLsp.Benchmarks;

/// <summary>
/// What it takes to write the keys and values of a prompt to disk and to read them again, beside what it takes to compute them. Arguments: a
/// model's file.
/// </summary>
static class SnapshotBenchmark
{
    const int Prompt = 1024, Repeats = 5;

    public static void Run(TextWriter output, string[] arguments)
    {
        if (arguments.Length == 0)
        {
            output.WriteLine("Which model? Make one with: coderlsp bench --shape deepseek-coder-1.3b --write FILE");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("coderlsp-bench-");
        try
        {
            Measure(output, arguments[0], Path.Combine(folder.FullName, "snapshot"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static void Measure(TextWriter output, string model, string path)
    {
        var options = new EngineOptions { ContextTokens = 2 * Prompt };
        using (var engine = Engine.Load(model, options))
        {
            engine.WarmUpAsync().GetAwaiter().GetResult();
            var text = Enumerable.Range(0, Prompt).Select(i => (int)((i * 104_729L + 7) % engine.Shape.Vocabulary)).ToArray();
            output.WriteLine($"computing {Prompt} tokens: {Milliseconds(() => engine.PrefillAsync(text, WorkPriority.Answer)):F0} ms");
            var times = Enumerable.Range(0, Repeats).Select(_ => Milliseconds(() => engine.SaveCacheAsync(path, long.MaxValue))).Order().ToList();
            output.WriteLine($"writing them, {new FileInfo(path).Length / 1e6:F0} MB: {times[Repeats / 2]:F0} ms (median), {times[^1]:F0} ms (most)");
        }

        var reading = Enumerable.Range(0, Repeats).Select(_ =>
        {
            using var engine = Engine.Load(model, options);
            return Milliseconds(() => engine.RestoreCacheAsync(path));
        }).Order().ToList();
        output.WriteLine($"reading them: {reading[Repeats / 2]:F0} ms (median), {reading[^1]:F0} ms (most)");
    }

    static double Milliseconds(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        work().GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
