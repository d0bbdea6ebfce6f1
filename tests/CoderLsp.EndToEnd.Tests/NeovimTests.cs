namespace CoderLsp.EndToEnd.Tests;

[Collection("Editors")]
public class NeovimTests
{
    [Fact]
    [Trait("Needs", "Shared")]
    public async Task The_plugin_suggests_acts_and_recovers_in_the_real_editor() =>
        EditorScript.Passed(await EditorScript.RunAsync("neovim.sh")).ShouldBe(57);
}
