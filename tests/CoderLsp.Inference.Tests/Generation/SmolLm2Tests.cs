using System.Text.Json;
using CoderLsp.Inference.Generation;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Generation;

/// <summary>Somebody else's real weights (SmolLM2-135M-Instruct, Q4_1) against another engine's results for them.</summary>
[Trait("Needs", "Shared")]
public sealed class SmolLm2Tests : IDisposable
{
    readonly Engine _engine = Engine.Load(TestData.Shared("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Prompts_are_tokenised_as_expected()
    {
        foreach (var golden in Cases())
        {
            var tokens = new List<int>();
            _engine.Tokenizer.Encode(golden.GetProperty("prompt").GetString(), tokens, golden.GetProperty("special").GetBoolean());
            tokens.ToArray().ShouldBe(Ids(golden, "tokens"), golden.GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task Greedy_continuations_agree_for_eight_tokens()
    {
        var checkedCases = 0;
        foreach (var golden in Cases().Where(golden => golden.TryGetProperty("continuation", out _)))
        {
            var expected = Ids(golden, "continuation");
            var length = Math.Min(8, expected.Length);
            var result = await _engine.GenerateAsync(
                new GenerationRequest { Prompt = Ids(golden, "tokens"), MaxTokens = length }, TestContext.Current.CancellationToken);
            result.Tokens.ToArray().ShouldBe(expected[..length], golden.GetProperty("name").GetString());
            checkedCases++;
        }

        checkedCases.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Mean_negative_log_likelihood_is_within_a_percent()
    {
        var checkedCases = 0;
        foreach (var golden in Cases().Where(golden => !golden.TryGetProperty("continuation", out _)))
        {
            var tokens = Ids(golden, "tokens");
            double sum = 0;
            await _engine.EvaluateAsync(tokens, 64, (position, logits) =>
            {
                if (position + 1 < tokens.Length) sum -= Sampling.Logits.LogProbability(logits, tokens[position + 1]);
            }, TestContext.Current.CancellationToken);
            var expected = golden.GetProperty("meanNll").GetDouble();
            (sum / (tokens.Length - 1)).ShouldBe(expected, 0.01 * expected, golden.GetProperty("name").GetString());
            checkedCases++;
        }

        checkedCases.ShouldBeGreaterThan(0);
    }

    static JsonElement[] Cases() =>
        [.. JsonDocument.Parse(File.ReadAllText(TestData.Shared("models", "smollm2-135m-instruct", "golden.json"))).RootElement.EnumerateArray()];

    static int[] Ids(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
