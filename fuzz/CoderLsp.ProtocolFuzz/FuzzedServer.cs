using System.Collections;
using System.Diagnostics;
using System.IO.Pipelines;
using CoderLsp.Configuration;
using CoderLsp.Lsp;

namespace CoderLsp.ProtocolFuzz;

/// <summary>A server to send messages to: in this process with a model that answers at once, or an executable.</summary>
sealed class FuzzedServer
{
    readonly List<string> _failures;
    Process? _process;

    public required Stream Input { get; init; }

    public required Stream Output { get; init; }

    /// <summary>The exit status.</summary>
    public required Task<int> Running { get; init; }

    /// <summary>Lines of the log that tell of an exception nobody expected.</summary>
    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_failures) return [.. _failures];
        }
    }

    public static FuzzedServer InProcess()
    {
        // With a limit: who writes faster than the server reads waits, as at a real pipe.
        var (toServer, toClient) = (new Pipe(), new Pipe());
        var configuration = Path.Combine(Path.GetTempPath(), "coderlsp-fuzz-config.json");
        File.WriteAllText(configuration, "{}");
        var layers = SettingsLayers.Load(configuration, new Hashtable(), []);
        var failures = new List<string>();
        var services = new ServerServices(layers.Read, new QuickPlans(), (_, line) => Note(line, failures))
        {
            AnswersFolder = Path.Combine(Path.GetTempPath(), "coderlsp-fuzz-answers"),
        };
        var server = new FuzzedServer(failures)
        {
            Input = toServer.Writer.AsStream(), Output = toClient.Reader.AsStream(),
            Running = Task.Run(async () =>
            {
                var status = await LanguageServer.RunAsync(toServer.Reader.AsStream(), toClient.Writer.AsStream(), services);
                await toClient.Writer.CompleteAsync();
                return status;
            }),
        };
        return server;
    }

    public static FuzzedServer Start(string executable)
    {
        var failures = new List<string>();
        var process = Process.Start(new ProcessStartInfo(executable)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, line) => Note(line.Data ?? "", failures);
        process.BeginErrorReadLine();
        return new FuzzedServer(failures)
        {
            Input = process.StandardInput.BaseStream, Output = process.StandardOutput.BaseStream, _process = process, Running = ExitAsync(process),
        };
    }

    public FuzzedServer(List<string> failures) => _failures = failures;

    /// <summary>Managed bytes after a collection (in process only, else 0) and private bytes.</summary>
    public (long Managed, long Private) Memory()
    {
        var managed = _process is null ? Collected() : 0;
        var process = _process ?? Process.GetCurrentProcess();
        process.Refresh();
        return (managed, process.PrivateMemorySize64);
    }

    static long Collected()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    static async Task<int> ExitAsync(Process process)
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    // What the connection writes about a handler that threw, and what the runtime writes about a crash.
    static void Note(string line, List<string> failures)
    {
        if (!line.Contains(" failed: ", StringComparison.Ordinal) && !line.Contains("Unhandled exception", StringComparison.Ordinal)
            && !line.Contains("The connection broke", StringComparison.Ordinal)) return;
        lock (failures)
            if (failures.Count < 20) failures.Add(line);
    }
}
