using System.CommandLine;
using CoderLsp.ProtocolFuzz;

var executable = new Option<string?>("--executable") { Description = "The server to test; without it, the server runs in this process with a model that answers at once.", Recursive = true };
var messages = new Option<long>("--messages") { Description = "How many messages to send.", DefaultValueFactory = _ => 100_000 };
var seed = new Option<int>("--seed") { Description = "What the messages depend on.", DefaultValueFactory = _ => 1 };
var keystrokes = new Option<long>("--keystrokes") { Description = "How many keys to type.", DefaultValueFactory = _ => 200_000 };
var warmUp = new Option<long>("--warm-up") { Description = "How many keys to type before these, which fill the caches.", DefaultValueFactory = _ => 50_000 };

var root = new RootCommand("Sends random valid and invalid messages to the language server; each request must get exactly one reply.") { executable, messages, seed };
root.SetAction((line, _) => RunAsync(line.GetValue(executable), server => FuzzRun.MessagesAsync(server, line.GetValue(messages), line.GetValue(seed)), mostGrowth: null));
var soak = new Command("soak", "Types for long; memory in the second half must not be more than 2% above that in the first, by their medians.") { keystrokes, warmUp };
soak.SetAction((line, _) => RunAsync(line.GetValue(executable), server => FuzzRun.KeystrokesAsync(server, line.GetValue(warmUp), line.GetValue(keystrokes)), mostGrowth: 0.02));
root.Add(soak);
return await root.Parse(args).InvokeAsync();

static async Task<int> RunAsync(string? executable, Func<FuzzedServer, Task<FuzzReport>> run, double? mostGrowth)
{
    var report = await run(executable is null ? FuzzedServer.InProcess() : FuzzedServer.Start(executable));
    Console.WriteLine($"{report.Messages:N0} messages in {report.Time.TotalSeconds:F1} s ({report.Messages / report.Time.TotalSeconds:N0}/s)");
    Console.WriteLine($"{report.Expected:N0} replies expected, {report.Replies:N0} came; {report.FromServer:N0} other messages came");
    if (report.Before.Managed > 0) Console.WriteLine($"managed memory {Megabytes(report.Before.Managed)} -> {Megabytes(report.After.Managed)} ({report.ManagedGrowth:+0.0%;-0.0%})");
    Console.WriteLine($"private memory {Megabytes(report.Before.Private)} -> {Megabytes(report.After.Private)} ({report.PrivateGrowth:+0.0%;-0.0%})");
    if (mostGrowth is { } most && (report.ManagedGrowth > most || report.PrivateGrowth > most)) report.Wrong.Add($"Memory has grown by more than {most:P0}.");
    foreach (var wrong in report.Wrong) Console.WriteLine($"WRONG: {wrong}");
    return report.Wrong.Count == 0 ? 0 : 1;
}

static string Megabytes(long bytes) => $"{bytes / 1048576.0:F1} MB";
