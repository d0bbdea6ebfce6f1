using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CoderLsp.Configuration;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Synthetic;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace CoderLsp.Commands.Examining;

/// <summary>One line of results, with the field names of llama-bench.</summary>
sealed record BenchResult(
    [property: JsonPropertyName("model_filename")] string ModelFile,
    [property: JsonPropertyName("model_size")] long ModelSize,
    [property: JsonPropertyName("model_n_params")] long ModelParameters,
    [property: JsonPropertyName("n_threads")] int Threads,
    [property: JsonPropertyName("n_batch")] int Batch,
    [property: JsonPropertyName("n_prompt")] int Prompt,
    [property: JsonPropertyName("n_gen")] int Generated,
    [property: JsonPropertyName("n_depth")] int Depth,
    [property: JsonPropertyName("avg_ns")] long AverageNanoseconds,
    [property: JsonPropertyName("avg_ts")] double AverageTokensPerSecond,
    [property: JsonPropertyName("stddev_ts")] double DeviationTokensPerSecond,
    [property: JsonPropertyName("samples_ts")] double[] SamplesTokensPerSecond)
{
    [JsonIgnore]
    public string Test => (Prompt > 0 ? $"pp{Prompt}" : $"tg{Generated}") + (Depth > 0 ? $" @ d{Depth}" : "");
}

/// <summary><c>bench</c>: prompt and decode speed as llama-bench reports them, on a model or on a synthetic file of a model's shape.</summary>
static class BenchCommand
{
    public static Command Create(CommandOutput output)
    {
        var prompt = new Option<string>("-p") { Description = "Tokens of the prompts to time; 0 for none.", HelpName = "N,…", DefaultValueFactory = _ => "512" };
        var generate = new Option<string>("-n") { Description = "Tokens to generate and time; 0 for none.", HelpName = "N,…", DefaultValueFactory = _ => "128" };
        var depth = new Option<string>("-d") { Description = "Positions that are in the cache before.", HelpName = "N,…", DefaultValueFactory = _ => "0" };
        var repeats = new Option<int>("-r") { Description = "How often each is timed, after one run that is not.", HelpName = "N", DefaultValueFactory = _ => 5 };
        var batch = new Option<int?>("--batch", "-b") { Description = "Tokens of a prompt computed together; without it, as many as for a request.", HelpName = "N" };
        var shape = new Option<string>("--shape")
        {
            Description = $"In place of a model: a synthetic one of this shape ({string.Join(", ", SyntheticShape.All.Select(s => s.Name))}).", HelpName = "NAME",
        };
        var layers = new Option<int?>("--layers") { Description = "The synthetic model's layers; without it, as many as the shape has.", HelpName = "N" };
        var type = new Option<string>("--type")
        {
            Description = $"The synthetic model's types: {string.Join(", ", SyntheticModel.Types)}.", HelpName = "TYPE", DefaultValueFactory = _ => "Q4_K_M",
        };
        var write = new Option<string>("--write") { Description = "Only write the synthetic model to this file.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print a JSON array with llama-bench's field names." };
        var command = new Command("bench", "Measures the speed of prompts and of generating.") { prompt, generate, depth, repeats, batch, shape, layers, type, write, json };
        command.Runs(output, async (context, cancellation) =>
        {
            var synthetic = Shape(context.Value(shape), context.Value(layers));
            var mix = TypeMix(context.Value(type)!);
            if (context.Value(write) is { } file)
            {
                Write(file, synthetic ?? throw new UsageException("--write needs --shape."), mix, output);
                output.Out.WriteLine(file);
                return ExitStatus.Done;
            }

            var plan = Plan(context.Value(prompt)!, context.Value(generate)!, context.Value(depth)!).ToList();
            if (plan.Count == 0) throw new UsageException("There is nothing to time: -p and -n are 0.");
            if (context.Value(repeats) < 1) throw new UsageException($"-r is {context.Value(repeats)}; give 1 or more.");
            int? given = context.Value(batch) is { } value ? CommonOptions.CheckedBatch(value) : null;
            using var engine = context.LoadEngine(synthetic is null ? null : Cached(synthetic, mix, output));
            var longest = plan.Max(test => test.Prompt + test.Generate + test.Depth);
            if (longest > engine.ContextTokens) throw new UsageException($"{longest} positions do not fit the context of {engine.ContextTokens}.");

            var size = given ?? engine.PromptChunk;
            var results = new List<BenchResult>();
            foreach (var test in plan) results.Add(await Time(engine, test, size, context.Value(repeats), output, cancellation));
            if (context.Value(json)) output.Out.WriteLine(JsonSerializer.Serialize([.. results], CommandJson.Readable.BenchResultArray));
            else output.Write(Table(results));
            return ExitStatus.Done;
        });
        return command;
    }

    static async Task<BenchResult> Time(
        Engine engine, (int Prompt, int Generate, int Depth) test, int batch, int repeats, CommandOutput output, CancellationToken cancellation)
    {
        var count = Math.Max(test.Prompt, test.Generate);
        var chunk = test.Prompt > 0 ? batch : 1;
        var samples = new double[repeats];
        for (var run = -1; run < repeats; run++) // the first compiles and fills caches
        {
            var seconds = (await engine.TimeAsync(count, test.Depth, chunk, cancellation)).TotalSeconds;
            if (run >= 0) samples[run] = count / seconds;
            output.Log(LogLevel.Debug, $"{(test.Prompt > 0 ? "pp" : "tg")}{count} @ d{test.Depth}: {count / seconds:F2} tok/s");
        }

        var mean = samples.Average();
        var deviation = repeats > 1 ? Math.Sqrt(samples.Sum(s => (s - mean) * (s - mean)) / (repeats - 1)) : 0;
        return new BenchResult(
            engine.File.Path, engine.File.Length, engine.File.Tensors.Sum(tensor => tensor.Count), engine.Threads, chunk, test.Prompt, test.Generate, test.Depth,
            (long)(samples.Average(s => count / s) * 1e9), mean, deviation, samples);
    }

    static IEnumerable<(int Prompt, int Generate, int Depth)> Plan(string prompts, string generates, string depths)
    {
        foreach (var depth in Numbers("-d", depths))
        {
            foreach (var prompt in Numbers("-p", prompts).Where(n => n > 0)) yield return (prompt, 0, depth);
            foreach (var generate in Numbers("-n", generates).Where(n => n > 0)) yield return (0, generate, depth);
        }
    }

    static int[] Numbers(string option, string text) => Array.ConvertAll(text.Split(','), part =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1 << 20
            ? number : throw new UsageException($"{option} has '{part}'; give whole numbers separated by commas."));

    /// <summary>The synthetic file of this shape in the cache folder; made when it is not there.</summary>
    static string Cached(SyntheticShape shape, string type, CommandOutput output)
    {
        var path = Path.Combine(UserFolders.Cache, $"synthetic-{shape.Name}-{type}.gguf");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(UserFolders.Cache);
            Write(path, shape, type, output);
        }

        return path;
    }

    static void Write(string path, SyntheticShape shape, string type, CommandOutput output)
    {
        var clock = Stopwatch.StartNew();
        output.Log(LogLevel.Information, $"Making a synthetic {shape.Name} of type {type} at {path} …");
        SyntheticModel.Write(path, shape, type);
        output.Log(LogLevel.Information, $"Made in {clock.Elapsed.TotalSeconds:F1} s.");
    }

    static SyntheticShape? Shape(string? name, int? layers)
    {
        if (name is null) return layers is null ? null : throw new UsageException("--layers needs --shape.");
        var shape = SyntheticShape.Find(name)
            ?? throw new UsageException($"There is no shape '{name}'. Known shapes: {string.Join(", ", SyntheticShape.All.Select(s => s.Name))}.");
        if (layers < 1 || layers > shape.Layers) throw new UsageException($"--layers is {layers}; {shape.Name} has 1 to {shape.Layers}.");
        return shape.WithLayers(layers ?? shape.Layers);
    }

    static string TypeMix(string name) => SyntheticModel.Types.FirstOrDefault(type => type.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"There is no type '{name}'. Known types: {string.Join(", ", SyntheticModel.Types)}.");

    static Table Table(List<BenchResult> results)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("model").AddColumn("size").AddColumn(new TableColumn("threads").RightAligned()).AddColumn("test")
            .AddColumn(new TableColumn("tokens/s").RightAligned());
        foreach (var result in results)
            table.AddRow(
                new Text(Path.GetFileNameWithoutExtension(result.ModelFile)), new Text($"{result.ModelSize / 1e6:N0} MB"), new Text($"{result.Threads}"), new Text(result.Test),
                new Text($"{result.AverageTokensPerSecond:F2} ± {result.DeviationTokensPerSecond:F2}"));
        return table;
    }
}
