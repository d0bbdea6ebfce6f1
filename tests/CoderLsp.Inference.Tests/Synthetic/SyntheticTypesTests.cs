using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Synthetic;
using CoderLsp.Kernels;
using CoderLsp.TestSupport;

namespace CoderLsp.Inference.Tests.Synthetic;

public class SyntheticTypesTests
{
    static TypeMix Mix(string name) => TypeMix.All.Single(mix => mix.Name == name);

    [Fact]
    public void The_1_3B_model_in_Q4_K_M_has_the_tensors_and_the_size_of_the_published_file()
    {
        var tensors = SyntheticTensors.Of(SyntheticShape.Find("deepseek-coder-1.3b")!, Mix("Q4_K_M")).ToList();
        tensors.CountBy(t => t.Type).OrderBy(count => count.Key).ShouldBe(
        [
            new(TensorType.F32, 49), new(TensorType.Q5_0, 12), new(TensorType.Q8_0, 12), new(TensorType.Q4_K, 133),
            new(TensorType.Q6_K, 13),
        ]);
        tensors.Sum(t => t.Bytes).ShouldBeInRange(871_000_000, 874_000_000);
    }

    [Fact]
    public void Rows_of_whole_blocks_need_no_other_types()
    {
        var tensors = SyntheticTensors.Of(SyntheticShape.Find("deepseek-coder-6.7b")!, Mix("Q4_K_M")).ToList();
        tensors.Select(t => t.Type).Distinct().ShouldBe([TensorType.Q4_K, TensorType.F32, TensorType.Q6_K], ignoreOrder: true);
    }

    /// <summary>These files were quantised by llama.cpp.</summary>
    [Theory, Trait("Needs", "Shared")]
    [InlineData("coder-v1.f16", "F16")]
    [InlineData("coder-v1.Q2_K", "Q2_K")]
    [InlineData("coder-v1.Q3_K_S", "Q3_K_S")]
    [InlineData("coder-v1.Q3_K_M", "Q3_K_M")]
    [InlineData("coder-v1.Q3_K_L", "Q3_K_L")]
    [InlineData("coder-v1.Q4_0", "Q4_0")]
    [InlineData("coder-v1.Q5_0", "Q5_0")]
    [InlineData("coder-v1.Q8_0", "Q8_0")]
    [InlineData("coder-v1.Q4_K_S", "Q4_K_S")]
    [InlineData("coder-v1.Q4_K_M", "Q4_K_M")]
    [InlineData("coder-v1.Q5_K_S", "Q5_K_S")]
    [InlineData("coder-v1.Q5_K_M", "Q5_K_M")]
    [InlineData("coder-v1.Q6_K", "Q6_K")]
    public void Every_tensor_gets_the_type_that_llama_cpp_gives_it(string model, string mix)
    {
        using var gguf = GgufFile.Open(TestData.Shared("parity", "models", model + ".gguf"));
        int Size(string key) => gguf.Metadata.GetInt32("llama." + key);
        var shape = new SyntheticShape(model, Size("block_count"), Size("embedding_length"), Size("attention.head_count"),
            Size("attention.head_count_kv"), Size("feed_forward_length"), 0, Size("vocab_size"));
        SyntheticTensors.Of(shape, Mix(mix)).Select(t => (t.Name, t.Type))
            .ShouldBe(gguf.Tensors.Select(t => (t.Name, t.Type)), ignoreOrder: true);
        Mix(mix).FileType.ShouldBe(gguf.Metadata.GetUInt32("general.file_type"));
    }

    /// <summary>A file that llama.cpp takes, in the form of old files: keys' and values' matrices in one.</summary>
    [Fact, Trait("Needs", "Shared")]
    public void A_V2_Lite_has_the_tensors_of_one_that_llama_cpp_takes()
    {
        using var gguf = GgufFile.Open(TestData.Shared("parity", "models", "coder-v2-lite.f16.gguf"));
        var lite = new SyntheticShape("lite", Layers: 27, Width: 64, Heads: 2, KvHeads: 2, FeedForward: 96, WordTokens: 0, Vocabulary: 320,
            new(Rank: 64, PlainSize: 32, RotatedSize: 16, ValueSize: 32, Experts: 4, UsedExperts: 2, SharedExperts: 1, ExpertFeedForward: 32));
        IEnumerable<string> Without(IEnumerable<(string Name, string Kind)> tensors, params string[] parts) =>
            tensors.Where(t => !parts.Any(t.Name.Contains)).Select(t => t.Name + " " + t.Kind);
        var ours = SyntheticTensors.Of(lite, Mix("F16")).Select(t => (t.Name, $"{t.Type} {string.Join('×', t.Dimensions)}")).ToList();
        ours.Count(t => t.Name.Contains("attn_k_b", StringComparison.Ordinal)).ShouldBe(27);
        Without(ours, "attn_k_b", "attn_v_b").ShouldBe(
            Without(gguf.Tensors.Select(t => (t.Name, $"{t.Type} {string.Join('×', t.Dimensions)}")), "attn_kv_b"), ignoreOrder: true);
    }
}
