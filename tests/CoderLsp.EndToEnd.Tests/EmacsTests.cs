namespace CoderLsp.EndToEnd.Tests;

[Collection("Editors")]
public class EmacsTests
{
    [Fact]
    [Trait("Needs", "Shared")]
    public async Task The_package_suggests_acts_and_recovers_in_the_real_editor() =>
        EditorScript.Passed(await EditorScript.RunAsync("emacs.sh")).ShouldBe(36);
}
