namespace CoderLsp.EndToEnd.Tests;

[Collection("Editors")]
public class VsCodeTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Needs", "Shared")]
    public async Task The_extension_suggests_acts_and_recovers_in_the_real_editor()
    {
        var lines = await EditorScript.RunAsync("vscode.sh");
        EditorScript.Passed(lines).ShouldBe(45);
        // How long it takes is told, not judged.
        output.WriteLine(lines.Single(line => line.StartsWith("keystroke to suggestion:", StringComparison.Ordinal)));
    }
}
