using System.Runtime.InteropServices;
using System.Text.Json;
using CoderLsp.TestSupport;

namespace CoderLsp.Tests.Commands;

/// <summary><c>bench</c>, <c>logits</c> and <c>perplexity</c>.</summary>
public sealed class MeasuringCommandTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coderlsp-");

    static string Model => TestData.InRepository("tests", "fixtures", "parity", "models", "micro.Q8_0.gguf");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Bench_times_a_synthetic_model_and_prints_llama_benchs_fields()
    {
        var file = Path.Combine(_folder.FullName, "tiny.gguf");
        var written = await RunResult.OfAsync("bench", "--shape", "tiny", "--type", "Q4_0", "--write", file);
        written.Status.ShouldBe(0, written.Error);
        written.Out.ShouldBe(file + "\n");

        var run = await RunResult.OfAsync("bench", "--model", file, "-p", "16,5", "-n", "3", "-d", "0,40", "-r", "2", "-t", "1", "--json");
        run.Status.ShouldBe(0, run.Error);
        var results = JsonDocument.Parse(run.Out).RootElement.EnumerateArray().ToArray();
        results.Select(r => (r.GetProperty("n_prompt").GetInt32(), r.GetProperty("n_gen").GetInt32(), r.GetProperty("n_depth").GetInt32()))
            .ShouldBe([(16, 0, 0), (5, 0, 0), (0, 3, 0), (16, 0, 40), (5, 0, 40), (0, 3, 40)]);
        foreach (var result in results)
        {
            var samples = result.GetProperty("samples_ts").EnumerateArray().Select(s => s.GetDouble()).ToArray();
            samples.Length.ShouldBe(2);
            samples.ShouldAllBe(s => s > 0);
            result.GetProperty("avg_ts").GetDouble().ShouldBe(samples.Average(), 1e-6);
            result.GetProperty("stddev_ts").GetDouble().ShouldBe(Math.Abs(samples[0] - samples[1]) / Math.Sqrt(2), 1e-6);
            result.GetProperty("n_threads").GetInt32().ShouldBe(1);
        }
    }

    [Theory]
    [InlineData("There is no shape 'huge'", "--shape", "huge")]
    [InlineData("There is no type 'Q9'", "--shape", "tiny", "--type", "Q9")]
    [InlineData("--layers is 3; tiny has 1 to 2", "--shape", "tiny", "--layers", "3")]
    [InlineData("--layers needs --shape", "--layers", "3")]
    [InlineData("-p has 'x'", "-p", "x")]
    [InlineData("nothing to time", "-p", "0", "-n", "0")]
    [InlineData("do not fit the context of 1024", "-p", "2000")]
    public async Task Bench_says_what_is_wrong_with_its_options(string expected, params string[] options)
    {
        var run = await RunResult.OfAsync(["bench", .. options]);
        run.Status.ShouldBe(2);
        run.Error.ShouldContain(expected);
    }

    [Theory, InlineData("1"), InlineData("7"), InlineData("64")]
    public async Task Logits_writes_the_probabilities_after_exactly_these_tokens(string batch)
    {
        var file = Path.Combine(_folder.FullName, "out.f32");
        var tokens = TestData.InRepository("tests", "fixtures", "parity", "golden", "tokens.json");
        var run = await RunResult.OfAsync("logits", "--model", Model, "--tokens", "@" + tokens, "--out", file, "--batch", batch);
        run.Status.ShouldBe(0, run.Error);
        run.Out.ShouldBeEmpty();
        var ours = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file));
        var expected = MemoryMarshal.Cast<byte, float>(
            File.ReadAllBytes(TestData.InRepository("tests", "fixtures", "parity", "golden", "micro.Q8_0.exact.logprobs.f32")));
        ours.Length.ShouldBe(expected.Length);
        double divergence = 0;
        for (var i = 0; i < ours.Length; i++) divergence += Math.Exp(expected[i]) * (expected[i] - ours[i]);
        double.IsFinite(divergence).ShouldBeTrue();
        (divergence / 48).ShouldBeLessThanOrEqualTo(8.0e-4);
    }

    [Theory]
    [InlineData("1,two", 2, "ids separated by commas")]
    [InlineData("", 2, "ids separated by commas")]
    [InlineData("1,320", 1, "end at 319")]
    public async Task Logits_refuses_what_are_no_ids_of_the_model(string tokens, int status, string expected)
    {
        var run = await RunResult.OfAsync("logits", "--model", Model, "--tokens", tokens, "--out", Path.Combine(_folder.FullName, "out.f32"));
        run.Status.ShouldBe(status);
        run.Error.ShouldContain(expected);
    }

    [Fact]
    public async Task Perplexity_of_source_code_is_what_the_models_card_leads_one_to_expect()
    {
        // The card: 0.598 bits a byte on C# files with their licence headers; small windows and other text make it worse, not absurd.
        var file = TestData.InRepository("src", "CoderLsp.Kernels", "ComputePool.cs");
        var run = await RunResult.OfAsync("perplexity", "seedling", file, "--window", "512", "--json");
        run.Status.ShouldBe(0, run.Error);
        var report = JsonDocument.Parse(run.Out).RootElement;
        report.GetProperty("bitsPerByte").GetDouble().ShouldBeInRange(0.3, 2.0);
        var mean = report.GetProperty("meanNegativeLogLikelihood").GetDouble();
        report.GetProperty("perplexity").GetDouble().ShouldBe(Math.Exp(mean), 1e-6);
        report.GetProperty("scored").GetInt32().ShouldBe(report.GetProperty("tokens").GetInt32()); // with BOS, every token has one before it
    }

    [Fact]
    public async Task Perplexity_names_a_missing_file_and_a_window_that_does_not_fit()
    {
        (await RunResult.OfAsync("perplexity", "seedling", Path.Combine(_folder.FullName, "none"))).Error.ShouldContain("There is no file");
        var run = await RunResult.OfAsync("perplexity", "seedling", TestData.InRepository("LICENSE"), "--window", "4096");
        (run.Status, run.Error).ShouldBe((2, run.Error));
        run.Error.ShouldContain("2 to 1024");
    }
}
