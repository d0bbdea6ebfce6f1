using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CoderLsp.PeerBench;

/// <summary>Options of an engine under which it might be fastest.</summary>
/// <param name="Label">What they are, for the report; empty for an engine's own choice.</param>
sealed record Configuration(string Label, params string[] Options);

/// <summary>An engine with its benchmark program.</summary>
/// <param name="Program">Null: not on this machine.</param>
/// <param name="Arguments">From a model's file, a test and a number of threads to a command line that prints llama-bench's JSON.</param>
sealed record Contender(string Name, string? Program, Configuration[] Configurations, Func<string, SpeedTest, int, string[]> Arguments)
{
    /// <param name="program">The executable.</param>
    public static Contender Ours(string program) => new("CoderLsp", program, [new("")], (model, test, threads) =>
        ["bench", "--json", "--model", model, "-t", $"{threads}", "-r", "1", "-p", $"{test.Prompt}", "-n", $"{test.Generate}", "-d", $"{test.Depth}"]);

    /// <param name="folder">Where llama-bench is.</param>
    public static Contender LlamaCpp(string? folder) => new("llama.cpp", Bench(folder),
    [
        new("flash attention", "-fa", "on"),
        new("no flash attention", "-fa", "off"),
        new("flash attention, q8_0 cache", "-fa", "on", "-ctk", "q8_0", "-ctv", "q8_0"),
    ], (model, test, threads) => [.. Common(model, threads), "-p", $"{test.Prompt}", "-n", $"{test.Generate}", "-d", $"{test.Depth}"]);

    /// <inheritdoc cref="LlamaCpp"/>
    public static Contender IkLlamaCpp(string? folder) => new("ik_llama.cpp", Bench(folder),
    [
        new("flash attention", "-fa", "1"),
        new("flash attention, repacked", "-fa", "1", "-rtr", "1"),
        new("flash attention, q8_0 cache", "-fa", "1", "-ctk", "q8_0", "-ctv", "q8_0"),
        new("flash attention, q8_0 cache, repacked", "-fa", "1", "-ctk", "q8_0", "-ctv", "q8_0", "-rtr", "1"),
    ], (model, test, threads) => test.Depth == 0
        ? [.. Common(model, threads), "-p", $"{test.Prompt}", "-n", $"{test.Generate}"]
        : [.. Common(model, threads), "-p", "0", "-n", "0", "-gp", $"{test.Depth},{test.Generate}"]); // it has no -d

    /// <summary>Tokens a second.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its last words.</exception>
    public async Task<double> MeasureAsync(string model, SpeedTest test, int threads, Configuration configuration)
    {
        var start = new ProcessStartInfo(Program!, [.. Arguments(model, test, threads), .. configuration.Options])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var begin = output.IndexOf('['); // ik_llama.cpp may log before it
        if (process.ExitCode != 0 || begin < 0)
            throw new InvalidOperationException($"{Name} ended with {process.ExitCode}: {LastLine(await errors)}");
        var results = JsonNode.Parse(output[begin..])!.AsArray();
        return results.Single()!["avg_ts"]!.GetValue<double>();
    }

    static string[] Common(string model, int threads) => ["-o", "json", "-r", "1", "-m", model, "-t", $"{threads}"];

    static string? Bench(string? folder) => string.IsNullOrEmpty(folder) ? null : Path.Combine(folder, "llama-bench");

    static string LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "no output";
}
