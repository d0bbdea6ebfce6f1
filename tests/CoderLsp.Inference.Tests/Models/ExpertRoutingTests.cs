using CoderLsp.Inference.Models;
using CoderLsp.Inference.Models.FeedForward;

namespace CoderLsp.Inference.Tests.Models;

public sealed unsafe class ExpertRoutingTests
{
    const int Tokens = 60, Experts = 16, Used = 4;

    [Theory]
    [InlineData(false, false, 1, 1, false)]
    [InlineData(false, false, 1, 1, true)]
    [InlineData(false, false, 4, 2, false)] // DeepSeek-V2
    [InlineData(true, false, 1, 1, false)]
    [InlineData(true, true, 1, 1, true)]
    [InlineData(true, true, 4, 2, true)] // DeepSeek-V3
    [InlineData(true, false, 16, 5, true)] // groups of one expert
    public void Experts_and_weights_are_those_of_the_formula(bool sigmoid, bool biased, int groups, int usedGroups, bool normalises)
    {
        var shape = Shape(sigmoid, groups, usedGroups, normalises);
        var random = new Random(groups + usedGroups);
        var logits = Enumerable.Range(0, Tokens * Experts).Select(_ => (float)(random.NextDouble() - 0.5) * 6).ToArray();
        var bias = biased ? Enumerable.Range(0, Experts).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray() : null;
        var (chosen, weights) = Route(shape, [.. logits], bias);
        for (var t = 0; t < Tokens; t++)
        {
            var (experts, exact) = Formula(shape, [.. logits.AsSpan(t * Experts, Experts)], bias);
            chosen.AsSpan(t * Used, Used).ToArray().ShouldBe(experts, $"token {t}");
            for (var i = 0; i < Used; i++) ((double)weights[t * Used + i]).ShouldBe(exact[i], 1e-5 * exact[i], $"token {t}");
        }
    }

    [Theory]
    [InlineData(false, 1, 1), InlineData(false, 4, 2), InlineData(true, 1, 1), InlineData(true, 4, 2), InlineData(true, 16, 5)]
    public void A_state_that_is_no_number_has_distinct_experts_all_the_same(bool sigmoid, int groups, int usedGroups)
    {
        var shape = Shape(sigmoid, groups, usedGroups, normalises: true);
        var random = new Random(3);
        foreach (var wrong in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            for (var count = 1; count <= Experts; count++)
            {
                var logits = Enumerable.Range(0, Tokens * Experts).Select(i => i % Experts < count ? wrong : random.NextSingle()).ToArray();
                for (var t = 0; t < Tokens; t++) random.Shuffle(logits.AsSpan(t * Experts, Experts));
                foreach (var experts in Route(shape, logits, null).Chosen.Chunk(Used))
                    experts.Distinct().Count(e => e is >= 0 and < Experts).ShouldBe(Used);
            }
    }

    static ExpertShape Shape(bool sigmoid, int groups, int usedGroups, bool normalises) => new(
        Experts, Used, FeedForward: 32, Shared: 0, DenseLayers: 0, Scale: 2.5f, normalises, sigmoid, groups, usedGroups);

    static (int[] Chosen, float[] Weights) Route(ExpertShape shape, float[] logits, float[]? bias)
    {
        var (chosen, weights) = (new int[Tokens * Used], new float[Tokens * Used]);
        fixed (float* scores = logits, choiceBias = bias, weight = weights)
        fixed (int* choice = chosen)
            new ExpertRoutingJob { Logits = scores, ChoiceBias = choiceBias, Chosen = choice, Weights = weight, Shape = shape }.Execute(0, 0, Tokens);
        return (chosen, weights);
    }

    static (int[] Experts, double[] Weights) Formula(ExpertShape shape, double[] logits, float[]? bias)
    {
        var total = logits.Sum(Math.Exp);
        double[] scores = [.. logits.Select(x => shape.IsSigmoid ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / total)];
        double[] choice = [.. scores.Select((score, e) => score + (bias?[e] ?? 0))];
        var best = choice.Index().Chunk(Experts / shape.Groups)
            .OrderByDescending(group => group.Select(expert => expert.Item).OrderDescending().Take(shape.IsSigmoid ? 2 : 1).Sum())
            .Take(shape.UsedGroups);
        int[] experts = [.. best.SelectMany(group => group).OrderByDescending(expert => expert.Item).Take(Used).Select(expert => expert.Index)];
        var sum = shape.NormalisesWeights ? experts.Sum(e => scores[e]) : 1;
        return (experts, [.. experts.Select(e => scores[e] / sum * shape.Scale)]);
    }
}
