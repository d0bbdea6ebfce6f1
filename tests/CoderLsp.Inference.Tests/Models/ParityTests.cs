using CoderLsp.Kernels.Attention;
using CoderLsp.TestSupport;
using static CoderLsp.Inference.Tests.Models.ParityFixtures;

namespace CoderLsp.Inference.Tests.Models;

/// <summary>
/// Small random models of every type against the exact weights' distribution: the mean KL divergence must not exceed the file's bar, which
/// is 1.5 × the rounding noise of another engine (tests/fixtures/parity/README.md).
/// </summary>
public sealed class ParityTests
{
    public static TheoryData<string, double> Files() => Rows(Bars().Where(bar => Names.Contains(bar.Name)));

    public static TheoryData<string, double> SharedFiles() => Rows(Bars().Where(bar => !Names.Contains(bar.Name)));

    public static TheoryData<string> FixtureNames() => [.. Names];

    static TheoryData<string, double> Rows(IEnumerable<(string Name, double Bar)> bars)
    {
        var files = new TheoryData<string, double>();
        foreach (var (name, bar) in bars) files.Add(name, bar);
        return files;
    }

    [Fact]
    public void Every_fixture_has_a_bar() => Bars().Select(bar => bar.Name).Intersect(Names).Order(StringComparer.Ordinal).ShouldBe(Names);

    [Fact, Trait("Needs", "Shared")]
    public void Every_shared_model_has_a_bar() =>
        Directory.GetFiles(TestData.Shared("parity", "models")).Select(file => Path.GetFileNameWithoutExtension(file))
            .ShouldBe(Bars().Select(bar => bar.Name), ignoreOrder: true);

    [Theory, MemberData(nameof(Files))]
    public void The_distribution_is_as_near_to_the_exact_weights_as_the_bar_says(string name, double bar)
    {
        var expected = Expected(name);
        foreach (var type in Enum.GetValues<KvType>())
            foreach (var chunk in new[] { 1, 2, 7, 16, 48 })
            {
                using var run = new ParityRun(Model(name), type);
                run.MeanDivergence(chunk, cached: 0, expected).ShouldBeLessThanOrEqualTo(BarWith(type, bar), $"{name}, {type}, prompt chunks of {chunk}");
            }
    }

    [Theory, MemberData(nameof(Files))]
    public void A_cached_prefix_changes_nothing_but_rounding(string name, double bar)
    {
        var expected = Expected(name);
        foreach (var type in Enum.GetValues<KvType>())
            foreach (var (chunk, cached) in new[] { (1, 20), (7, 33), (16, 5) })
            {
                using var run = new ParityRun(Model(name), type);
                run.Prefill(Tokens.AsSpan(0, cached).ToArray().Concat([3, 1, 4, 1, 5]).ToArray()); // another text with the same beginning
                run.MeanDivergence(chunk, cached, expected).ShouldBeLessThanOrEqualTo(BarWith(type, bar), $"{name}, {type}, {cached} tokens cached, chunks of {chunk}");
            }
    }

    [Theory, MemberData(nameof(SharedFiles)), Trait("Needs", "Shared")]
    public void Models_beside_the_fixtures_are_as_near_to_the_exact_weights(string name, double bar)
    {
        var golden = TestData.Shared("parity", "golden", $"{name}.logprobs.f32");
        var exact = golden.Replace(".logprobs", ".exact.logprobs", StringComparison.Ordinal);
        var expected = Floats(File.Exists(exact) ? exact : golden);
        foreach (var type in Enum.GetValues<KvType>())
            foreach (var chunk in new[] { 1, 7, 48 })
            {
                using var run = new ParityRun(TestData.Shared("parity", "models", $"{name}.gguf"), type);
                run.MeanDivergence(chunk, cached: 0, expected).ShouldBeLessThanOrEqualTo(BarWith(type, bar), $"{name}, {type}, prompt chunks of {chunk}");
            }
    }

    [Theory, MemberData(nameof(FixtureNames))]
    public void A_draft_gives_the_bits_that_its_tokens_give_one_by_one(string name)
    {
        using var run = new ParityRun(Model(name));
        var expected = run.LogProbabilities(Tokens.AsSpan(0, 40), 1);
        run.ExactBatch.ShouldBeInRange(2, 8);
        for (var batch = 2; batch <= run.ExactBatch; batch++)
        {
            run.Sequence.Truncate(0);
            run.LogProbabilities(Tokens.AsSpan(0, 40), batch).AsSpan().SequenceEqual(expected).ShouldBeTrue($"{name}, batches of {batch}");
        }
    }

    [Fact]
    public void A_cancelled_batch_leaves_the_sequence_as_it_was()
    {
        using var run = new ParityRun(Model("micro.Q8_0"));
        run.Prefill(Tokens[..10]);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => run.Prefill(Tokens[10..20], cancelled.Token));
        run.Sequence.Length.ShouldBe(10);
        run.MeanDivergence(7, cached: 10, Expected("micro.Q8_0")).ShouldBeLessThanOrEqualTo(8.0e-4);
    }
}
