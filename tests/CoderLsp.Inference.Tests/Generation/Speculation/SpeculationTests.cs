using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Sampling;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Generation.Speculation;

/// <summary>Generating with drafts gives what generating without them gives.</summary>
public sealed class SpeculationTests
{
    const string Repetitive =
        """
        public int Left { get => left; set { left = value; Changed(nameof(Left)); } }
        public int Right { get => right; set { right = value; Changed(nameof(Right)); } }
        public int Top { get => top; set { top = value; Changed(nameof(Top)); } }
        public int Bottom { get => bottom; set {
        """;

    static readonly string Seedling = TestData.InRepository("models", "seedling", "seedling-q8_0.gguf");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Files() =>
    [
        Seedling,
        .. new[] { "micro.Q8_0", "coder-v1.Q4_K_M", "micro-v2.Q4_K_M", "qwen3-qknorm.Q4_K_M" }.Select(name =>
            TestData.InRepository("tests", "fixtures", "parity", "models", $"{name}.gguf")),
    ];

    /// <summary>Random models go round in circles sooner or later: there drafts come true.</summary>
    [Theory, MemberData(nameof(Files))]
    public async Task The_output_is_the_same_with_and_without_drafts(string file)
    {
        using Engine plain = Engine.Load(file, new EngineOptions { Speculates = false, Threads = 2 }), drafting = Engine.Load(file, new EngineOptions { Threads = 2 });
        int drafted = 0, accepted = 0;
        for (var seed = 0; seed < 6; seed++)
        {
            var request = new GenerationRequest
            {
                Prompt = Prompt(plain, seed), MaxTokens = 30 + 20 * seed, IgnoreEnd = seed % 2 == 0, MustBegin = seed == 3,
                Sampling = seed == 5 ? new() { Temperature = 0.5f, Seed = 3, RepetitionPenalty = 1.1f } : SamplingOptions.Greedy,
                Required = seed == 4 ? "x"u8.ToArray() : default,
                Stop = seed == 2 ? text => text.Length > 40 : null,
            };
            var expected = await plain.GenerateAsync(request, Cancellation);
            var actual = await drafting.GenerateAsync(request, Cancellation);
            actual.Tokens.ShouldBe(expected.Tokens, $"{file}, {seed}");
            (actual.Text, actual.End, actual.MeanLogProbability).ShouldBe((expected.Text, expected.End, expected.MeanLogProbability));
            expected.DraftedTokens.ShouldBe(0);
            drafted += actual.DraftedTokens;
            accepted += actual.AcceptedTokens;
        }

        drafted.ShouldBeGreaterThan(0);
        if (file == Seedling) accepted.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_was_drafted_and_not_chosen_is_not_part_of_the_text_for_the_next_request()
    {
        using Engine plain = Engine.Load(Seedling, new EngineOptions { Speculates = false }), drafting = Engine.Load(Seedling);
        var prompt = Prompt(plain, 0);
        for (var i = 0; i < 8; i++)
        {
            var request = new GenerationRequest { Prompt = prompt, MaxTokens = 9, IgnoreEnd = true };
            var expected = await plain.GenerateAsync(request, Cancellation);
            (await drafting.GenerateAsync(request, Cancellation)).Tokens.ShouldBe(expected.Tokens);
            prompt = [.. prompt, .. expected.Tokens];
        }
    }

    static List<int> Prompt(Engine engine, int seed)
    {
        var tokens = new List<int>();
        engine.Tokenizer.Encode(Repetitive.AsSpan(7 * seed), tokens);
        return tokens;
    }
}
