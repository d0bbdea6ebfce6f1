using System.Diagnostics;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

[Collection("Editors")]
public class VsCodeTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Needs", "Shared")]
    public async Task The_extension_suggests_acts_and_recovers_in_the_real_editor()
    {
        var start = new ProcessStartInfo(TestData.InRepository("tests", "editors", "vscode.sh"), [Path.GetDirectoryName(ServerProcess.Executable)!])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var script = Process.Start(start)!;
        var printed = script.StandardOutput.ReadToEndAsync();
        var errors = script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        script.ExitCode.ShouldBe(0, await printed + await errors);
        var lines = (await printed).Split('\n');
        lines.Count(line => line.StartsWith("passed:", StringComparison.Ordinal)).ShouldBe(38);
        // How long it takes is told, not judged.
        output.WriteLine(lines.Single(line => line.StartsWith("keystroke to suggestion:", StringComparison.Ordinal)));
    }
}
