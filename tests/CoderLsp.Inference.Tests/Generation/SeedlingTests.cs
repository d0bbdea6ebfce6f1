using System.Text.Json;
using CoderLsp.Inference.Generation;
using CoderLsp.Kernels.Attention;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Generation;

/// <summary>The embedded default against another engine's results for it (models/seedling/golden.json, made with the F16 file).</summary>
public sealed class SeedlingTests
{
    static readonly JsonElement[] Prompts =
        [.. JsonDocument.Parse(File.ReadAllText(TestData.InRepository("models", "seedling", "golden.json"))).RootElement.GetProperty("prompts").EnumerateArray()];

    [Fact]
    public async Task The_embedded_file_is_within_half_a_nat_of_the_reference()
    {
        using var engine = Engine.Load(TestData.InRepository("models", "seedling", "seedling-q8_0.gguf"));
        await CheckTopFive(engine, 0.5);
    }

    [Fact, Trait("Needs", "Shared")]
    public async Task The_reference_file_gives_the_same_tokens_and_probabilities()
    {
        using var engine = Engine.Load(TestData.Shared("models", "seedling", "seedling-f16.gguf"), new() { CacheType = KvType.F16 }); // as the reference's
        await CheckTopFive(engine, 0.02);
        foreach (var prompt in Prompts)
        {
            var result = await engine.GenerateAsync(
                new GenerationRequest { Prompt = Ids(prompt, "tokens"), MaxTokens = 8, IgnoreEnd = true }, TestContext.Current.CancellationToken);
            result.Tokens.ToArray().ShouldBe(Ids(prompt, "greedy")[..8]);
        }
    }

    static async Task CheckTopFive(Engine engine, double tolerance)
    {
        foreach (var prompt in Prompts)
        {
            var tokens = Ids(prompt, "tokens");
            var logProbabilities = Array.Empty<float>();
            await engine.EvaluateAsync(tokens, 16, (position, logits) =>
            {
                if (position == tokens.Length - 1) logProbabilities = LogSoftmax(logits);
            }, TestContext.Current.CancellationToken);
            foreach (var expected in prompt.GetProperty("top5").EnumerateArray())
                ((double)logProbabilities[expected.GetProperty("id").GetInt32()]).ShouldBe(expected.GetProperty("logprob").GetDouble(), tolerance);
        }
    }

    static float[] LogSoftmax(ReadOnlySpan<float> logits)
    {
        var max = float.NegativeInfinity;
        foreach (var logit in logits) max = Math.Max(max, logit);
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp(logit - max);
        var result = logits.ToArray();
        for (var i = 0; i < result.Length; i++) result[i] -= (float)(max + Math.Log(sum));
        return result;
    }

    static int[] Ids(JsonElement prompt, string name) => [.. prompt.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
