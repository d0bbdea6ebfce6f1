using static CoderLsp.Tests.Lsp.ServerUnderTest;

namespace CoderLsp.Tests.Lsp;

public class CandidatesTests
{
    const string Text = "def add(a, b):\n    return \n";

    static ScriptedModel Model => new((_, _) => Task.FromResult("a + b")) { Drawn = seed => $"sum_{seed / 2}(a, b)" };

    [Fact]
    public async Task Who_asks_gets_several_and_the_first_is_what_comes_by_itself()
    {
        await using var server = await InitializedAsync(Model);
        await server.OpenAsync(Text);
        var invoked = await server.SuggestAsync(1, 11, triggerKind: 1);
        invoked.ShouldBe(["a + b", "sum_0(a, b)", "sum_1(a, b)"]);
        (await server.SuggestAsync(1, 11, triggerKind: 2)).ShouldBe([invoked[0]]);
        (await server.SuggestAsync(1, 11, triggerKind: 1)).ShouldBe(invoked);
    }

    [Fact]
    public async Task How_many_is_a_setting()
    {
        await using var server = await InitializedAsync(Model, new { initializationOptions = new { inline = new { candidates = 1 } } });
        await server.OpenAsync(Text);
        (await server.SuggestAsync(1, 11, triggerKind: 1)).ShouldBe(["a + b"]);
    }
}
