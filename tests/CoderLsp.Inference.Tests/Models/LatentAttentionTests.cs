using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Models;
using CoderLsp.Inference.Tests.Gguf;

namespace CoderLsp.Inference.Tests.Models;

/// <summary>DeepSeek-V2's attention in both forms of its files and in both ways of computing it.</summary>
public sealed class LatentAttentionTests
{
    // Of the models micro-v2.
    const int Heads = 2, Rank = 256, Plain = 64, Rotated = 32, Value = 64;

    [Theory, InlineData(true), InlineData(false)]
    public void Keys_and_values_in_two_tensors_give_the_same_distribution(bool asHalves)
    {
        using var file = InTwoTensors("micro-v2.Q4_K_M", asHalves);
        var bar = ParityFixtures.Bars().Single(bar => bar.Name == "micro-v2.Q4_K_M").Bar;
        foreach (var chunk in new[] { 1, 48 }) // absorbed and in full
        {
            using ParityRun run = new(file.Path), joined = new(ParityFixtures.Model("micro-v2.Q4_K_M"));
            var actual = run.LogProbabilities(ParityFixtures.Tokens, chunk);
            run.MeanDivergence(ParityFixtures.Expected("micro-v2.Q4_K_M"), actual).ShouldBeLessThanOrEqualTo(bar, $"chunks of {chunk}");
            run.MeanDivergence(joined.LogProbabilities(ParityFixtures.Tokens, chunk), actual).ShouldBeLessThan(1e-3, $"chunks of {chunk}");
        }
    }

    /// <summary>As converters write it since 2025: one head of keys and values, whose sizes are those of the cache.</summary>
    static TempFile InTwoTensors(string name, bool asHalves)
    {
        using var source = GgufFile.Open(ParityFixtures.Model(name));
        var writer = new GgufWriter();
        string[] changed = ["deepseek2.attention.head_count_kv", "deepseek2.attention.key_length", "deepseek2.attention.value_length"];
        foreach (var key in source.Metadata.Keys.Except(changed)) writer.AddCopy(source.Metadata, key);
        foreach (var (key, value) in new[]
            {
                ("head_count_kv", 1), ("key_length", Rank + Rotated), ("value_length", Rank), ("key_length_mla", Plain + Rotated), ("value_length_mla", Value),
            })
            writer.Add($"deepseek2.attention.{key}", (uint)value);
        foreach (var tensor in source.Tensors)
            if (tensor.Name.EndsWith(".attn_kv_b.weight", StringComparison.Ordinal)) AddInTwo(writer, tensor, asHalves);
            else writer.AddCopy(tensor);
        return new TempFile(writer.ToArray());
    }

    static void AddInTwo(GgufWriter writer, GgufTensor joined, bool asHalves)
    {
        var all = joined.Values(); // (heads, plain rows and then value rows, rank)
        float[] keys = new float[Heads * Rank * Plain], values = new float[Heads * Value * Rank];
        for (var h = 0; h < Heads; h++)
            for (var r = 0; r < Rank; r++)
            {
                for (var p = 0; p < Plain; p++) keys[(h * Rank + r) * Plain + p] = all[(h * (Plain + Value) + p) * Rank + r];
                for (var v = 0; v < Value; v++) values[(h * Value + v) * Rank + r] = all[(h * (Plain + Value) + Plain + v) * Rank + r];
            }

        Add("attn_k_b", [Plain, Rank, Heads], keys);
        Add("attn_v_b", [Rank, Value, Heads], values);

        void Add(string part, long[] dimensions, float[] values)
        {
            var name = joined.Name.Replace("attn_kv_b", part, StringComparison.Ordinal);
            if (asHalves) writer.AddFloat16(name, dimensions, values);
            else writer.AddFloat32(name, dimensions, values);
        }
    }

    [Theory]
    [InlineData("deepseek2.attention.kv_lora_rank is 100000", "attention.kv_lora_rank", 100_000)] // no stack would hold it
    [InlineData("4096 experts of 1048576 ×", "expert_count", 4096, "expert_feed_forward_length", 1 << 20)] // 2^32 rows
    public void Sizes_that_nothing_would_hold_are_refused(string problem, params object[] sizes)
    {
        using var source = GgufFile.Open(ParityFixtures.Model("micro-v2.Q4_K_M"));
        var writer = new GgufWriter();
        var changed = sizes.Chunk(2).ToDictionary(pair => $"deepseek2.{pair[0]}", pair => (uint)(int)pair[1]);
        foreach (var key in source.Metadata.Keys.Except(changed.Keys)) writer.AddCopy(source.Metadata, key);
        foreach (var (key, value) in changed) writer.Add(key, value);
        foreach (var tensor in source.Tensors) writer.AddCopy(tensor);
        using var copy = new TempFile(writer.ToArray());
        using var file = GgufFile.Open(copy.Path);
        Should.Throw<GgufException>(() => ModelShapeReader.Read(file)).Message.ShouldContain(problem);
    }

    [Fact]
    public void Keys_and_values_in_full_and_absorbed_queries_give_the_same()
    {
        // Beyond the positions whose keys and values are computed together, and over the ends of many pages.
        var tokens = LongContextTests.Text(900);
        using ParityRun full = new(ParityFixtures.Model("micro-v2.Q4_K_M")), absorbed = new(ParityFixtures.Model("micro-v2.Q4_K_M"));
        var expected = absorbed.LogProbabilities(tokens, 31);
        full.MeanDivergence(expected, full.LogProbabilities(tokens, 700)).ShouldBeLessThan(1e-3);

        // What one way has put into the cache is what the other needs.
        const int cached = 600;
        var rest = expected.AsSpan(cached * (expected.Length / tokens.Length));
        absorbed.Sequence.Truncate(cached);
        full.MeanDivergence(rest, absorbed.LogProbabilities(tokens.AsSpan(cached), 64)).ShouldBeLessThan(1e-3);
        full.Sequence.Truncate(cached);
        full.MeanDivergence(rest, full.LogProbabilities(tokens.AsSpan(cached), 16)).ShouldBeLessThan(1e-3);
    }
}
