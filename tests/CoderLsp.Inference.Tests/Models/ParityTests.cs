using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Models;
using CoderLsp.Kernels;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Models;

/// <summary>
/// Small random models of every type against the exact weights' distribution: the mean KL divergence must not exceed the file's bar, which
/// is 1.5 × the rounding noise of another engine (tests/fixtures/parity/README.md).
/// </summary>
public sealed class ParityTests
{
    static readonly int[] Tokens = JsonSerializer.Deserialize<int[]>(File.ReadAllText(Fixture("golden", "tokens.json")))!;

    /// <summary>Beginnings of the names of files whose architecture is refused.</summary>
    static readonly string[] Refused = ["micro-v2", "coder-v2"];

    static readonly string[] Fixtures = [.. Directory.GetFiles(Fixture("models")).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public static TheoryData<string, double> Files() => Rows(Bars().Where(bar => Fixtures.Contains(bar.Name)));

    public static TheoryData<string, double> SharedFiles() => Rows(Bars().Where(bar => !Fixtures.Contains(bar.Name) && !Refused.Any(bar.Name.StartsWith)));

    static TheoryData<string, double> Rows(IEnumerable<(string Name, double Bar)> bars)
    {
        var files = new TheoryData<string, double>();
        foreach (var (name, bar) in bars) files.Add(name, bar);
        return files;
    }

    [Fact]
    public void Every_fixture_has_a_bar() => Bars().Select(bar => bar.Name).Intersect(Fixtures).Order(StringComparer.Ordinal).ShouldBe(Fixtures);

    [Fact, Trait("Needs", "Shared")]
    public void Every_shared_model_has_a_bar() =>
        Directory.GetFiles(TestData.Shared("parity", "models")).Select(file => Path.GetFileNameWithoutExtension(file))
            .ShouldBe(Bars().Select(bar => bar.Name), ignoreOrder: true);

    [Theory, MemberData(nameof(Files))]
    public void The_distribution_is_as_near_to_the_exact_weights_as_the_bar_says(string name, double bar)
    {
        var expected = Expected(name);
        foreach (var chunk in new[] { 1, 2, 7, 16, 48 })
        {
            using var run = new Run(Model(name));
            run.MeanDivergence(chunk, cached: 0, expected).ShouldBeLessThanOrEqualTo(bar, $"{name}, prompt chunks of {chunk}");
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void A_cached_prefix_changes_nothing_but_rounding(string name, double bar)
    {
        var expected = Expected(name);
        foreach (var (chunk, cached) in new[] { (1, 20), (7, 33), (16, 5) })
        {
            using var run = new Run(Model(name));
            run.Prefill(Tokens.AsSpan(0, cached).ToArray().Concat([3, 1, 4, 1, 5]).ToArray()); // another text with the same beginning
            run.MeanDivergence(chunk, cached, expected).ShouldBeLessThanOrEqualTo(bar, $"{name}, {cached} tokens cached, chunks of {chunk}");
        }
    }

    [Theory, MemberData(nameof(SharedFiles)), Trait("Needs", "Shared")]
    public void Models_beside_the_fixtures_are_as_near_to_the_exact_weights(string name, double bar)
    {
        var golden = TestData.Shared("parity", "golden", $"{name}.logprobs.f32");
        var exact = golden.Replace(".logprobs", ".exact.logprobs", StringComparison.Ordinal);
        var expected = Floats(File.Exists(exact) ? exact : golden);
        foreach (var chunk in new[] { 1, 7, 48 })
        {
            using var run = new Run(TestData.Shared("parity", "models", $"{name}.gguf"));
            run.MeanDivergence(chunk, cached: 0, expected).ShouldBeLessThanOrEqualTo(bar, $"{name}, prompt chunks of {chunk}");
        }
    }

    [Theory, InlineData("micro-v2.f16", "deepseek2"), InlineData("coder-v2.IQ1_M", "deepseek2"), Trait("Needs", "Shared")]
    public void Other_architectures_are_refused_by_name(string name, string architecture) =>
        Should.Throw<GgufException>(() => new Run(TestData.Shared("parity", "models", $"{name}.gguf"))).Message.ShouldContain($"'{architecture}'");

    [Fact]
    public void A_cancelled_batch_leaves_the_sequence_as_it_was()
    {
        using var run = new Run(Model("micro.Q8_0"));
        run.Prefill(Tokens[..10]);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => run.Prefill(Tokens[10..20], cancelled.Token));
        run.Sequence.Length.ShouldBe(10);
        run.MeanDivergence(7, cached: 10, Expected("micro.Q8_0")).ShouldBeLessThanOrEqualTo(8.0e-4);
    }

    static IEnumerable<(string Name, double Bar)> Bars() =>
        from line in File.ReadLines(Fixture("README.md"))
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells.Length >= 5 && double.TryParse(cells[3], CultureInfo.InvariantCulture, out _)
        select (cells[1], double.Parse(cells[3], CultureInfo.InvariantCulture));

    static float[] Expected(string name)
    {
        var exact = Path.Combine(Fixture("golden"), $"{name}.exact.logprobs.f32");
        return Floats(File.Exists(exact) ? exact : Fixture("golden", $"{name}.logprobs.f32"));
    }

    static float[] Floats(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();

    static string Model(string name) => Fixture("models", $"{name}.gguf");

    static string Fixture(params string[] parts) => TestData.InRepository(["tests", "fixtures", "parity", .. parts]);

    sealed unsafe class Run : IDisposable
    {
        readonly GgufFile _file;
        readonly ComputePool _pool = new(2);
        readonly LlamaModel _model;
        readonly KvPagePool _pages;

        public Run(string path)
        {
            _file = GgufFile.Open(path);
            _model = new LlamaModel(_file, ModelShapeReader.Read(_file), _pool);
            _pages = new KvPagePool(_model.KvLayout);
            Sequence = new KvSequence(_pages);
        }

        public KvSequence Sequence { get; }

        public void Prefill(int[] tokens, CancellationToken cancellation = default) => _model.Forward(tokens, Sequence, 0, cancellation);

        /// <summary>KL(expected ‖ ours) over the positions from <paramref name="cached"/> on.</summary>
        public double MeanDivergence(int chunk, int cached, float[] expected)
        {
            Sequence.Truncate(cached);
            Sequence.CommonPrefix(Tokens).ShouldBe(cached);
            double sum = 0;
            for (var start = cached; start < Tokens.Length; start += chunk)
            {
                var batch = Tokens.AsSpan(start, Math.Min(chunk, Tokens.Length - start));
                var logits = _model.Forward(batch, Sequence, batch.Length, default);
                for (var t = 0; t < batch.Length; t++)
                    sum += Divergence(expected.AsSpan((start + t) * _model.Shape.Vocabulary, _model.Shape.Vocabulary),
                        new ReadOnlySpan<float>(logits + t * _model.Shape.Vocabulary, _model.Shape.Vocabulary));
            }

            return sum / (Tokens.Length - cached);
        }

        public void Dispose()
        {
            Sequence.Dispose();
            _pages.Dispose();
            _model.Dispose();
            _pool.Dispose();
            _file.Dispose();
        }

        static double Divergence(ReadOnlySpan<float> expectedLog, ReadOnlySpan<float> logits)
        {
            double max = float.NegativeInfinity, total = 0, divergence = 0;
            foreach (var logit in logits) max = Math.Max(max, logit);
            foreach (var logit in logits) total += Math.Exp(logit - max);
            for (var i = 0; i < logits.Length; i++)
                divergence += Math.Exp(expectedLog[i]) * (expectedLog[i] - (logits[i] - max - Math.Log(total)));
            return divergence;
        }
    }
}
