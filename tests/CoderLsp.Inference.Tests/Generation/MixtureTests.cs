using CoderLsp.Inference.Sampling;

namespace CoderLsp.Inference.Tests.Generation;

public class MixtureTests
{
    [Fact]
    public void Probabilities_are_those_of_the_mixture()
    {
        var random = new Random(4);
        for (var round = 0; round < 100; round++)
        {
            var logits = Enumerable.Range(0, 50).Select(_ => (float)(random.NextDouble() * 30 - 15)).ToArray();
            var count = random.Next(1, 8);
            var tokens = Enumerable.Range(0, 50).OrderBy(_ => random.Next()).Take(count).ToArray();
            var trust = random.NextDouble();
            var probabilities = tokens.Select(_ => (float)(trust / count)).ToArray();
            var model = Probabilities(logits);
            var odds = trust / (1 - trust) * Math.Sqrt(Math.Max(0.01, 1 - model.Max()));
            var weight = odds / (1 + odds);

            new Mixture().Apply(new Fixed(tokens, probabilities), [], logits);

            var mixed = Probabilities(logits);
            for (var id = 0; id < 50; id++)
            {
                var at = Array.IndexOf(tokens, id);
                mixed[id].ShouldBe((1 - weight) * model[id] + (at < 0 ? 0 : weight / count), 1e-5);
            }
        }
    }

    [Fact]
    public void A_model_that_is_sure_is_not_led_astray()
    {
        float[] unsure = [0, 1, 1], sure = [0, 8, 0];
        new Mixture().Apply(new Fixed([0], [0.7f]), [], unsure);
        new Mixture().Apply(new Fixed([0], [0.7f]), [], sure);
        Probabilities(unsure)[0].ShouldBeGreaterThan(0.5);
        Probabilities(sure)[1].ShouldBeGreaterThan(0.8);
    }

    [Fact]
    public void What_is_impossible_stays_so_and_nothing_expected_changes_nothing()
    {
        float[] logits = [1, float.NegativeInfinity, 2];
        new Mixture().Apply(new Fixed([1], [0.9f]), [], logits);
        logits.ShouldBe([1, float.NegativeInfinity, 2]);
        new Mixture().Apply(new Fixed([], []), [], logits);
        logits.ShouldBe([1, float.NegativeInfinity, 2]);
        // Even what is expected with certainty leaves finite numbers.
        new Mixture().Apply(new Fixed([0], [1]), [], logits);
        float.IsFinite(logits[0]).ShouldBeTrue();
        logits[0].ShouldBeGreaterThan(logits[2]);
    }

    static double[] Probabilities(float[] logits)
    {
        var sum = logits.Sum(logit => Math.Exp(logit));
        return [.. logits.Select(logit => Math.Exp(logit) / sum)];
    }

    sealed class Fixed(int[] tokens, float[] probabilities) : ITokenPrior
    {
        public int Expect(ReadOnlySpan<int> text, Span<int> tokens1, Span<float> probabilities1)
        {
            tokens.CopyTo(tokens1);
            probabilities.CopyTo(probabilities1);
            return tokens.Length;
        }
    }
}
