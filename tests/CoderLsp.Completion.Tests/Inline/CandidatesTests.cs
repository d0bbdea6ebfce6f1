using CoderLsp.Completion.Inline;

namespace CoderLsp.Completion.Tests.Inline;

public class CandidatesTests
{
    static InlineSuggestion Saying(string text, double confidence = 0.5) =>
        new(text, default, InlineStop.EndOfLine, confidence, default, "fake");

    /// <param name="answers">What comes of each try; the first is the greedy one.</param>
    static async Task<(string[] Texts, int Tries)> Collect(int wanted, TimeSpan time, params InlineSuggestion?[] answers)
    {
        var tries = 0;
        var found = await Candidates.CollectAsync(wanted, (sampling, _) =>
        {
            sampling?.Seed.ShouldBe((ulong)tries);
            (sampling is null).ShouldBe(tries == 0);
            return Task.FromResult(answers[Math.Min(tries++, answers.Length - 1)]);
        }, time, default);
        return ([.. found.Select(suggestion => suggestion.Text)], tries);
    }

    [Fact]
    public async Task The_most_probable_one_comes_first_and_the_others_by_their_confidence() =>
        (await Collect(3, TimeSpan.FromMinutes(1), Saying("a", 0.1), Saying("b", 0.2), Saying("c", 0.3))).Texts.ShouldBe(["a", "c", "b"]);

    [Fact]
    public async Task What_differs_in_white_space_at_its_ends_is_the_same()
    {
        var (texts, tries) = await Collect(3, TimeSpan.FromMinutes(1), Saying("a"), Saying("a "), Saying(" a"), null, Saying("b"), Saying("b"));
        texts.ShouldBe(["a", "b"]);
        tries.ShouldBe(7); // the first, and six tries
    }

    [Fact]
    public async Task One_is_not_searched_for_further() => (await Collect(1, TimeSpan.FromMinutes(1), Saying("a"), Saying("b"))).ShouldBe((["a"], 1), Same);

    [Fact]
    public async Task Where_the_most_probable_text_is_not_worth_showing_others_may_be() =>
        (await Collect(2, TimeSpan.FromMinutes(1), null, Saying("b"), Saying("c"))).Texts.ShouldBe(["b", "c"]);

    [Fact]
    public async Task When_the_time_is_spent_what_was_found_is_the_answer()
    {
        var found = await Candidates.CollectAsync(3, async (sampling, token) =>
        {
            if (sampling is { Seed: 2 }) await Task.Delay(Timeout.Infinite, token);
            return Saying(sampling is null ? "a" : "b");
        }, TimeSpan.FromMilliseconds(20), default);
        found.Select(suggestion => suggestion.Text).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_cancellation_during_the_tries_is_one()
    {
        using var source = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => Candidates.CollectAsync(3, async (sampling, token) =>
        {
            if (sampling is not null)
            {
                await source.CancelAsync();
                token.ThrowIfCancellationRequested();
            }
            return Saying("a");
        }, TimeSpan.FromMinutes(1), source.Token));
    }

    static readonly IEqualityComparer<(string[] Texts, int Tries)> Same =
        EqualityComparer<(string[] Texts, int Tries)>.Create((a, b) => a.Tries == b.Tries && a.Texts.SequenceEqual(b.Texts), value => value.Tries);
}
