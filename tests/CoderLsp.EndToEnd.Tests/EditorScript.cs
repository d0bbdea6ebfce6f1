using System.Diagnostics;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>
/// A script of tests/editors, which tries the published server in a real editor. Their tests are one collection, so that they run one
/// after the other: each wants the machine's cores.
/// </summary>
static class EditorScript
{
    /// <summary>Runs it, and counts what it says has passed.</summary>
    public static async Task<int> RunAsync(string name)
    {
        var start = new ProcessStartInfo(TestData.InRepository("tests", "editors", name), [Path.GetDirectoryName(ServerProcess.Executable)!])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var script = Process.Start(start)!;
        var output = script.StandardOutput.ReadToEndAsync();
        var errors = script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        script.ExitCode.ShouldBe(0, await output + await errors);
        return (await output).Split('\n').Count(line => line.StartsWith("passed:", StringComparison.Ordinal));
    }
}

/// <summary>Real editors one after the other, and nothing else meanwhile: what waits for them would wait for two models on the same cores.</summary>
[CollectionDefinition("Editors", DisableParallelization = true)]
public sealed class RealEditors;
