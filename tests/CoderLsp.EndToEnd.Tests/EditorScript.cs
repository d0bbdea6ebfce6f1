using System.Diagnostics;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>
/// A script of tests/editors, which tries the published server in a real editor. Their tests are one collection, so that they run one
/// after the other: each wants the machine's cores.
/// </summary>
static class EditorScript
{
    // Several times what the slowest takes. Ended by a signal, on which a script takes its mounts away; for that it gets a minute.
    static readonly string[] Limit = ["timeout", "--kill-after=1m", "15m"];

    /// <summary>Runs it to its end, or to the limit.</summary>
    /// <returns>The lines that it printed.</returns>
    public static async Task<string[]> RunAsync(string name)
    {
        var start = new ProcessStartInfo(Limit[0],
            [.. Limit[1..], TestData.InRepository("tests", "editors", name), Path.GetDirectoryName(ServerProcess.Executable)!])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var script = Process.Start(start)!;
        var output = script.StandardOutput.ReadToEndAsync();
        var errors = script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        script.ExitCode.ShouldBe(0, $"124 is the end at the limit.\n{await output}{await errors}");
        return (await output).Split('\n');
    }

    /// <summary>How many checks have passed, as it says.</summary>
    public static int Passed(IEnumerable<string> lines) => lines.Count(line => line.StartsWith("passed:", StringComparison.Ordinal));
}

/// <summary>Real editors one after the other, and nothing else meanwhile: what waits for them would wait for two models on the same cores.</summary>
[CollectionDefinition("Editors", DisableParallelization = true)]
public sealed class RealEditors;
