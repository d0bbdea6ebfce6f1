namespace CoderLsp.EndToEnd.Tests;

[Collection("Editors")]
public class HelixTests
{
    [Fact]
    [Trait("Needs", "Shared")]
    public async Task Suggestions_and_actions_work_in_the_real_editor() =>
        EditorScript.Passed(await EditorScript.RunAsync("helix.sh")).ShouldBe(16);
}
