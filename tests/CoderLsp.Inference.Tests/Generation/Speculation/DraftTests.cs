using CoderLsp.Inference.Generation.Speculation;

namespace CoderLsp.Inference.Tests.Generation.Speculation;

public sealed class DraftTests
{
    [Fact]
    public void What_followed_the_same_tokens_before_is_guessed()
    {
        var index = new DraftIndex();
        index.Add([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Find(index, [0, 3, 4, 5], 3).ShouldBe("6, 7, 8 after 3");
        Find(index, [3, 4, 5], 7).ShouldBe("6, 7, 8, 9 after 3");
        Find(index, [4, 5], 3).ShouldBe(" after 0");
        Find(index, [5, 4, 3], 3).ShouldBe(" after 0");
        Find(index, [7, 8, 9], 3).ShouldBe(" after 0"); // nothing has followed yet
    }

    [Fact]
    public void The_place_that_agrees_the_furthest_back_counts_and_of_equal_ones_the_latest()
    {
        var index = new DraftIndex();
        index.Add([1, 2, 3, 4, 10, 9, 2, 3, 4, 20, 8, 2, 3, 4, 30]);
        Find(index, [1, 2, 3, 4], 1).ShouldBe("10 after 4");
        Find(index, [9, 2, 3, 4], 1).ShouldBe("20 after 4");
        Find(index, [5, 2, 3, 4], 1).ShouldBe("30 after 3");
    }

    [Fact]
    public void What_is_long_ago_is_forgotten_and_never_mixed_up()
    {
        var index = new DraftIndex();
        index.Add([1, 2, 3, 4]);
        for (var i = 0; i < 200_000; i++) index.Add(i % 50_000 + 10);
        Find(index, [1, 2, 3], 3).ShouldBe(" after 0");
        Find(index, [110, 111, 112], 2).ShouldBe("113, 114 after 3");
    }

    [Fact]
    public void Drafts_are_as_long_as_they_pay_and_none_are_made_where_they_do_not()
    {
        var policy = new DraftPolicy();
        for (var tokens = 1; tokens <= 8; tokens++) policy.LearnCost(tokens, TimeSpan.FromMilliseconds(10 + 3 * (tokens - 1)));
        Learn(policy, accepted: 7);
        policy.Choose(3, 7).ShouldBe(7);
        policy.Choose(3, 5).ShouldBe(5);
        policy.Choose(3, 2).ShouldBe(2);
        policy.Choose(3, 0).ShouldBe(0);
        Learn(policy, accepted: 0);
        var drafts = Enumerable.Range(0, 640).Count(_ => policy.Choose(3, 7) > 0);
        drafts.ShouldBe(10); // looks once in a while whether that is still so
        policy.Choose(9, 7).ShouldBeGreaterThan(0); // long matches are another matter
    }

    [Fact]
    public void Batches_that_cost_as_much_as_their_tokens_one_by_one_are_not_drafted()
    {
        var policy = new DraftPolicy();
        for (var tokens = 1; tokens <= 8; tokens++) policy.LearnCost(tokens, TimeSpan.FromMilliseconds(10 * tokens));
        Learn(policy, accepted: 7);
        policy.Choose(3, 7).ShouldBe(0);
    }

    [Fact]
    public void Where_two_tokens_cost_little_more_than_one_and_four_cost_twice_as_much_one_is_drafted()
    {
        var policy = new DraftPolicy();
        int[] milliseconds = [10, 12, 20, 22, 30, 32, 40, 42];
        for (var tokens = 1; tokens <= 8; tokens++) policy.LearnCost(tokens, TimeSpan.FromMilliseconds(milliseconds[tokens - 1]));
        policy.Choose(9, 7).ShouldBe(1);
    }

    static string Find(DraftIndex index, int[] text, int most)
    {
        var draft = new int[most];
        var count = index.Find(text, draft, out var matched);
        return $"{string.Join(", ", draft[..count])} after {matched}";
    }

    static void Learn(DraftPolicy policy, int accepted)
    {
        for (var i = 0; i < 200; i++) policy.Learn(3, 7, accepted);
    }
}
