namespace CoderLsp.Inference.Tests.Models;

/// <summary>Positions far beyond those of a prompt: the size of the pieces and what is cached change nothing but rounding.</summary>
public sealed class LongContextTests
{
    [Fact]
    public void Beyond_4096_positions_neither_chunks_nor_a_cached_prefix_change_the_distribution()
    {
        const int cached = 4150;
        var tokens = Text(4200);
        using ParityRun small = new(ParityFixtures.Model("coder-v1.Q4_K_M")), large = new(ParityFixtures.Model("coder-v1.Q4_K_M"));
        var expected = large.LogProbabilities(tokens, 512);
        var vocabulary = expected.Length / tokens.Length;
        var actual = small.LogProbabilities(tokens, 64);
        foreach (var first in new[] { 0, 4096 })
            small.MeanDivergence(expected.AsSpan(first * vocabulary), actual.AsSpan(first * vocabulary)).ShouldBeLessThan(1e-3, $"from {first} on");

        large.Sequence.Truncate(cached);
        large.Prefill([3, 1, 4, 1, 5]); // another text with the same beginning
        large.Sequence.Truncate(cached);
        foreach (var chunk in new[] { 1, 16 })
        {
            large.Sequence.Truncate(cached);
            large.MeanDivergence(expected.AsSpan(cached * vocabulary), large.LogProbabilities(tokens.AsSpan(cached), chunk))
                .ShouldBeLessThan(1e-3, $"chunks of {chunk}");
        }

        // A short text afterwards, at positions whose rotations were computed long ago.
        small.Sequence.Truncate(500);
        small.MeanDivergence(expected.AsSpan(500 * vocabulary, 1000 * vocabulary), small.LogProbabilities(tokens.AsSpan(500, 1000), 64)).ShouldBeLessThan(1e-3);

        // That the comparison sees positions at all: the same tokens elsewhere have another distribution.
        small.Sequence.Truncate(1000);
        small.MeanDivergence(expected.AsSpan(cached * vocabulary), small.LogProbabilities(tokens.AsSpan(cached), 16)).ShouldBeGreaterThan(1e-3);
    }

    // Speculation counts on it: how attention shares out pages must not depend on how few tokens there are (CausalAttention.PagesOfPart).
    [Theory, InlineData("coder-v1.Q4_K_M"), InlineData("llama-gqa-tied.Q4_K_M"), InlineData("qwen3-qknorm.Q4_K_M")]
    public void Far_into_a_text_a_draft_gives_the_bits_that_its_tokens_give_one_by_one(string name)
    {
        const int cached = 700;
        var tokens = Text(cached + 24);
        using var run = new ParityRun(ParityFixtures.Model(name));
        for (var start = 0; start < cached; start += 100) run.Prefill(tokens[start..(start + 100)]);
        var expected = run.LogProbabilities(tokens.AsSpan(cached), 1);
        for (var batch = 2; batch <= run.ExactBatch; batch++)
        {
            run.Sequence.Truncate(cached);
            run.LogProbabilities(tokens.AsSpan(cached), batch).AsSpan().SequenceEqual(expected).ShouldBeTrue($"batches of {batch}");
        }
    }

    /// <summary>Token ids of the small models, without a short period.</summary>
    public static int[] Text(int length)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(256))];
    }
}
