using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Models;
using CoderLsp.Inference.Tests.Gguf;

namespace CoderLsp.Inference.Tests.Models;

/// <summary>What a file may leave out or say in another way, and what it may not.</summary>
public sealed class ModelSupportTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("coder-v1.Q4_K_M"), InlineData("micro-v2.Q4_K_M"), InlineData("qwen3-qknorm.Q4_K_M")]
    public void A_file_that_runs_has_no_problem(string name)
    {
        using var file = GgufFile.Open(ParityFixtures.Model(name));
        ModelSupport.Problem(file).ShouldBeNull();
    }

    [Theory]
    [InlineData("coder-v1.Q4_K_M", "blk.1.ffn_up.weight"), InlineData("coder-v1.Q4_K_M", "output_norm.weight")]
    [InlineData("micro-v2.Q4_K_M", "blk.1.ffn_down_exps.weight"), InlineData("micro-v2.Q4_K_M", "blk.0.attn_kv_a_norm.weight")]
    public void A_missing_tensor_is_a_problem_without_loading_the_model(string name, string tensor)
    {
        using var file = GgufFile.Open(Rewritten(name, without: tensor));
        ModelSupport.Problem(file).ShouldBe($"the tensor '{tensor}' is missing.");
    }

    [Fact]
    public void A_vocabulary_of_another_size_is_a_problem()
    {
        using var file = GgufFile.Open(Rewritten("coder-v1.Q4_K_M", key: "tokenizer.ggml.tokens", change: writer => writer.AddArray("tokenizer.ggml.tokens", ["a", "b"])));
        ModelSupport.Problem(file)!.ShouldStartWith("the vocabulary has 2 tokens, but");
    }

    [Fact]
    public void Heads_that_each_layer_says_for_itself_are_those_of_the_model()
    {
        const string key = "llama.attention.head_count_kv";
        using var source = GgufFile.Open(ParityFixtures.Model("coder-v1.Q4_K_M"));
        var (heads, layers) = (source.Metadata.GetInt32(key), source.Metadata.GetInt32("llama.block_count"));
        ModelShape Shape(int[] each)
        {
            using var file = GgufFile.Open(Rewritten("coder-v1.Q4_K_M", key: key, change: writer => writer.AddArray<int>(key, each)));
            return ModelShapeReader.Read(file);
        }

        Shape([.. Enumerable.Repeat(heads, layers)]).ShouldBe(ModelShapeReader.Read(source));
        Should.Throw<GgufException>(() => Shape([heads, .. Enumerable.Repeat(1, layers - 1)])).Message.ShouldContain("is not the same in all layers");
    }

    [Fact]
    public void Without_an_original_context_YaRN_begins_at_the_trained_one()
    {
        const string key = "deepseek2.rope.scaling.original_context_length";
        using var silent = GgufFile.Open(Rewritten("micro-v2.Q4_K_M", key: key));
        var trained = silent.Metadata.GetInt32("deepseek2.context_length");
        ModelShapeReader.Read(silent).Rope.Yarn!.OriginalContext.ShouldBe(trained);
    }

    [Fact]
    public void A_gating_of_number_0_is_one_that_the_file_does_not_say()
    {
        const string key = "deepseek2.expert_gating_func";
        using var zero = GgufFile.Open(Rewritten("micro-v2.Q4_K_M", key: key, change: writer => writer.Add(key, 0u)));
        ModelShapeReader.Read(zero).Experts!.IsSigmoid.ShouldBeFalse();
    }

    [Fact]
    public async Task Groups_that_a_file_says_restrict_the_choice_of_experts()
    {
        using var source = GgufFile.Open(ParityFixtures.Model("micro-v2.Q4_K_M"));
        var shape = ModelShapeReader.Read(source).Experts!;
        var plain = await LogitsAsync(source.Path);
        (await LogitsAsync(Grouped(2, 2))).ShouldBe(plain);
        if (shape.Count / 2 >= shape.Used) (await LogitsAsync(Grouped(2, 1))).ShouldNotBe(plain);

        string Grouped(uint groups, uint used) => Rewritten("micro-v2.Q4_K_M", change: writer =>
        {
            writer.Add("deepseek2.expert_group_count", groups);
            writer.Add("deepseek2.expert_group_used_count", used);
        });
    }

    static async Task<float[]> LogitsAsync(string path)
    {
        using var engine = Engine.Load(path, new() { Threads = 1 });
        var all = new List<float>();
        await engine.EvaluateAsync(ParityFixtures.Tokens, batch: 16, (_, logits) => all.AddRange(logits), TestContext.Current.CancellationToken);
        return [.. all];
    }

    /// <summary>A fixture without a tensor, or without a metadata entry, or with others.</summary>
    string Rewritten(string name, string? without = null, string? key = null, Action<GgufWriter>? change = null)
    {
        using var source = GgufFile.Open(ParityFixtures.Model(name));
        var writer = new GgufWriter();
        foreach (var entry in source.Metadata.Keys.Where(entry => entry != key)) writer.AddCopy(source.Metadata, entry);
        change?.Invoke(writer);
        foreach (var tensor in source.Tensors.Where(tensor => tensor.Name != without)) writer.AddCopy(tensor);
        return _folder.Write($"{Guid.NewGuid():N}.gguf", writer.ToArray());
    }
}
