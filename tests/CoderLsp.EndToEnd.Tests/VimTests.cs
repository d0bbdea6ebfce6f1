using System.Diagnostics;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

public class VimTests
{
    [Fact]
    [Trait("Needs", "Shared")]
    public async Task The_plugin_suggests_acts_and_recovers_in_the_real_editor()
    {
        var start = new ProcessStartInfo(TestData.InRepository("tests", "editors", "vim.sh"), [Path.GetDirectoryName(ServerProcess.Executable)!])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var script = Process.Start(start)!;
        var output = script.StandardOutput.ReadToEndAsync();
        var errors = script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        script.ExitCode.ShouldBe(0, await output + await errors);
        (await output).Split('\n').Count(line => line.StartsWith("passed:", StringComparison.Ordinal)).ShouldBe(44);
    }
}
