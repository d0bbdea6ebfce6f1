using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;

namespace CoderLsp.Completion.Tests.Inline;

public class EffortTests
{
    static readonly TimeSpan Target = TimeSpan.FromMilliseconds(300), Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_fast_model_may_take_whatever_the_options_allow()
    {
        var effort = Effort.Fit(new(5000, 200), Target, Minute);
        effort.PromptTokens.ShouldBe(1500);
        effort.AnswerTokens.ShouldBe(240);
        effort.Debounce.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_slow_model_gets_short_prompts_and_idle_time_makes_them_longer()
    {
        var effort = Effort.Fit(new(20, 5), Target, Minute / 2);
        effort.PromptTokens.ShouldBe(256); // fewer are of no use
        effort.AheadTokens.ShouldBe(600);
        effort.AnswerTokens.ShouldBe(16);
        effort.Debounce.ShouldBe(TimeSpan.FromMilliseconds(200));
        Effort.Fit(new(20, 5), Target, TimeSpan.Zero).AheadTokens.ShouldBe(256);
    }

    [Fact]
    public void A_later_target_allows_more()
    {
        Effort.Fit(new(1000, 30), Target * 4, Minute).PromptTokens.ShouldBe(1200);
        Effort.Fit(new(1000, 30), Target * 4, Minute).AnswerTokens.ShouldBe(144);
    }

    [Fact]
    public void A_speed_without_sense_does_no_harm() => Effort.Fit(new(0, 0), Target, Minute).PromptTokens.ShouldBe(256);

    [Fact]
    public async Task A_burst_of_typing_keeps_its_budget_until_a_longer_prompt_was_computed_ahead()
    {
        var model = new FakeModel();
        var completer = new InlineCompleter(model) { Effort = new(300, 1000, 20, default) };
        var text = string.Concat(Enumerable.Range(0, 300).Select(i => $"    line({i});\n"));
        async Task<InlineRequest> AskAsync(string typed, InlineTrigger trigger = InlineTrigger.Automatic)
        {
            var at = text.IndexOf("    line(200)", StringComparison.Ordinal);
            var snapshot = new TextSnapshot("file:///a", "csharp", 1, text.Insert(at, typed + "\n"));
            var request = new InlineRequest(snapshot, snapshot.PositionOf(at + typed.Length), trigger, new());
            await completer.CompleteAsync(request, default);
            return request;
        }

        await AskAsync("a");
        model.LastRequest!.Prompt.Count.ShouldBeInRange(150, 300);
        model.LastRequest.MaxTokens.ShouldBe(20);
        await AskAsync("a", InlineTrigger.Invoked);
        model.LastRequest.MaxTokens.ShouldBe(64);

        completer.Effort = new(400, 1000, 20, default);
        var asked = await AskAsync("a.b");
        model.LastRequest.Prompt.Count.ShouldBeInRange(150, 300); // another budget would have another window

        var ahead = completer.PromptAhead(asked.Snapshot, asked.Snapshot.OffsetOf(asked.Position), new());
        ahead.Tokens.Length.ShouldBeInRange(500, 1000);
        completer.Use(ahead);
        await AskAsync("a.b.c");
        model.LastRequest.Prompt.Take(ahead.Tokens.Length).ShouldBe(ahead.Tokens);
    }
}
