using CoderLsp.Completion.Context.Recall;

namespace CoderLsp.Completion.Tests.Context.Recall;

public class TokenRecallTests
{
    static readonly HashSet<int> NoBlanks = [];

    readonly int[] _tokens = new int[64];
    readonly float[] _probabilities = new float[64];

    [Fact]
    public void What_followed_the_same_tokens_is_expected_more_surely_after_a_longer_match()
    {
        var recall = new TokenRecall(100, 100, NoBlanks);
        recall.SetFile("a", [1, 2, 3, 4, 5, 6, 7]);
        Expect(recall, 9, 1, 2).ShouldBe([(3, Trust(2))]);
        Expect(recall, 2, 3, 4, 5).ShouldBe([(6, Trust(4))]);
        Expect(recall, 1, 2, 3, 4, 5, 6).ShouldBe([(7, Trust(6))]);
        Expect(recall, 9, 9, 6).ShouldBeEmpty();
        Expect(recall, 6).ShouldBeEmpty();
    }

    [Fact]
    public void White_space_in_common_is_no_reason_to_expect_anything()
    {
        var recall = new TokenRecall(100, 100, new HashSet<int> { 2, 3 });
        recall.SetFile("a", [1, 2, 3, 4, 5]);
        Expect(recall, 9, 2, 3).ShouldBe([(4, Trust(0))]);
        Expect(recall, 1, 2, 3).ShouldBe([(4, Trust(1))]);
        Expect(recall, 2, 3, 4).ShouldBe([(5, Trust(1))]);
    }

    [Fact]
    public void Where_places_disagree_each_is_trusted_less()
    {
        var recall = new TokenRecall(100, 100, NoBlanks);
        recall.SetFile("a", [1, 2, 7, 0, 1, 2, 8]);
        Expect(recall, 9, 1, 2).Sum(e => e.Probability).ShouldBe(Trust(2, 0.5f), 1e-4);
    }

    [Fact]
    public void Probabilities_follow_the_number_of_places_and_their_matches()
    {
        var recall = new TokenRecall(100, 100, NoBlanks);
        recall.SetFile("a", [1, 2, 7, 0, 1, 2, 7, 0, 1, 2, 8]);
        var expected = Expect(recall, 9, 1, 2);
        expected.Single(e => e.Token == 7).Probability.ShouldBe(2 * expected.Single(e => e.Token == 8).Probability, 1e-4);
        // The document's own places count four times.
        recall.SetDocument([1, 2, 8], []);
        expected = Expect(recall, 9, 1, 2);
        expected.Single(e => e.Token == 8).Probability.ShouldBe(2.5f * expected.Single(e => e.Token == 7).Probability, 1e-4);
        // A match of four tokens ends the search for shorter ones.
        recall.SetFile("b", [5, 6, 1, 2, 9]);
        Expect(recall, 5, 6, 1, 2).ShouldBe([(9, Trust(4))]);
    }

    [Fact]
    public void No_match_goes_beyond_the_end_of_a_text_or_into_what_was_removed()
    {
        var recall = new TokenRecall(100, 100, NoBlanks);
        recall.SetFile("a", [1, 2]);
        recall.SetFile("b", [3, 4, 5]);
        Expect(recall, 0, 1, 2).ShouldBeEmpty();
        Expect(recall, 2, 3, 4).ShouldBe([(5, Trust(2))]);
        recall.SetFile("b", [3, 4, 6]);
        Expect(recall, 2, 3, 4).ShouldBe([(6, Trust(2))]);
        recall.RemoveFile("b");
        Expect(recall, 2, 3, 4).ShouldBeEmpty();
    }

    [Fact]
    public void Every_expected_token_did_follow_and_together_they_leave_something_to_the_model()
    {
        var random = new Random(17);
        for (var round = 0; round < 50; round++)
        {
            var recall = new TokenRecall(200, 400, NoBlanks);
            var texts = Enumerable.Range(0, 5).Select(_ => Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(6)).ToArray()).ToList();
            for (var i = 0; i < texts.Count; i++) recall.SetFile($"{i}", texts[i]).ShouldBeTrue();
            for (var i = 0; i < 20; i++)
            {
                var text = Enumerable.Range(0, random.Next(1, 10)).Select(_ => random.Next(6)).ToArray();
                var longest = texts.SelectMany(t => Enumerable.Range(0, t.Length).Select(at => Same(t, at, text))).Max();
                var expected = Expect(recall, text);
                if (longest < TokenHistory.ShortMatch)
                {
                    expected.ShouldBeEmpty();
                    continue;
                }
                var fewest = longest >= TokenHistory.LongMatch ? TokenHistory.LongMatch : TokenHistory.ShortMatch;
                expected.Select(e => e.Token).Order().ShouldBe(texts
                    .SelectMany(t => Enumerable.Range(0, t.Length).Where(at => Same(t, at, text) >= fewest).Select(at => t[at])).Distinct().Order());
                var sum = expected.Sum(e => e.Probability);
                sum.ShouldBe(Trust(Math.Min(longest, TokenHistory.LongestMatch), expected.Max(e => e.Probability) / sum), 1e-4);
            }
        }

        static int Same(int[] text, int at, int[] history)
        {
            var length = 0;
            while (length < at && length < history.Length && text[at - 1 - length] == history[^(length + 1)]) length++;
            return length;
        }
    }

    [Fact]
    public void Room_is_bounded_and_what_was_replaced_makes_room_again()
    {
        var recall = new TokenRecall(100, 1_000, NoBlanks);
        recall.SetFile("a", new int[900]).ShouldBeTrue();
        recall.SetFile("b", [.. Enumerable.Range(1, 200)]).ShouldBeFalse();
        for (var i = 0; i < 100; i++) recall.SetFile("a", [.. Enumerable.Range(i, 300)]).ShouldBeTrue();
        recall.SetFile("b", [.. Enumerable.Range(500, 200)]).ShouldBeTrue();
        Expect(recall, 600, 601).Single().Token.ShouldBe(602);
        Expect(recall, 120, 121).Single().Token.ShouldBe(122);
        recall.SetDocument([.. Enumerable.Range(2000, 5000)], [.. Enumerable.Range(9000, 5000)]);
        Expect(recall, 6997, 6998).Single().Token.ShouldBe(6999);
        Expect(recall, 9001, 9002).Single().Token.ShouldBe(9003);
    }

    [Fact]
    public void To_expect_costs_no_managed_memory()
    {
        var recall = new TokenRecall(1_000, 10_000, NoBlanks);
        var random = new Random(1);
        recall.SetFile("a", [.. Enumerable.Range(0, 9_000).Select(_ => random.Next(9))]);
        int[] text = [1, 2, 3, 4, 5];
        recall.Expect(text, _tokens, _probabilities).ShouldBeGreaterThan(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) recall.Expect(text, _tokens, _probabilities);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    List<(int Token, float Probability)> Expect(TokenRecall recall, params int[] text)
    {
        var count = recall.Expect(text, _tokens, _probabilities);
        return [.. Enumerable.Range(0, count).Select(i => (_tokens[i], MathF.Round(_probabilities[i], 5)))];
    }

    static float Trust(int visible, float share = 1)
    {
        var odds = (1 + visible) * (1 + visible) * share / 13;
        return MathF.Round(odds / (1 + odds), 5);
    }
}
