using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Synthetic;

namespace CoderLsp.Inference.Tests.Synthetic;

public sealed class SyntheticModelTests : IDisposable
{
    static readonly SyntheticShape Tiny = SyntheticShape.Find("tiny")!;

    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-").FullName;

    static SyntheticShape TinyLatent(int layers, int? queryRank) =>
        new("tiny-latent", layers, Width: 256, Heads: 4, KvHeads: 4, FeedForward: 704, WordTokens: 512, Vocabulary: 544,
            new(Rank: 64, PlainSize: 32, RotatedSize: 32, ValueSize: 32, Experts: 8, UsedExperts: 3, SharedExperts: 2, ExpertFeedForward: 96, queryRank));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string In(string name) => Path.Combine(_folder, name);

    public static TheoryData<string> Types => [.. SyntheticModel.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_model_of_each_type_opens_with_the_described_tensors(string type)
    {
        SyntheticModel.Write(In("m.gguf"), Tiny, type, seed: 7);
        using var gguf = GgufFile.Open(In("m.gguf"));
        var expected = SyntheticTensors.Of(Tiny, TypeMix.All.Single(mix => mix.Name == type));
        gguf.Tensors.Select(t => (t.Name, t.Type, t.ByteLength)).ShouldBe(expected.Select(t => (t.Name, t.Type, t.Bytes)));
        gguf.Get("output_norm.weight").Dimensions.ShouldBe([256]);
        gguf.Get("blk.1.ffn_down.weight").Dimensions.ShouldBe([704, 256]);
        gguf.Get("blk.1.attn_k.weight").Dimensions.ShouldBe([256, 128]);
    }

    [Fact]
    public void The_metadata_are_those_of_DeepSeek_Coder()
    {
        SyntheticModel.Write(In("m.gguf"), Tiny, "q4_k_m");
        using var gguf = GgufFile.Open(In("m.gguf"));
        var metadata = gguf.Metadata;
        metadata.GetString("general.architecture").ShouldBe("llama");
        metadata.GetInt32("llama.context_length").ShouldBe(16384);
        metadata.GetInt32("llama.attention.head_count").ShouldBe(4);
        metadata.GetInt32("llama.attention.head_count_kv").ShouldBe(2);
        metadata.GetFloat("llama.attention.layer_norm_rms_epsilon").ShouldBe(1e-6f);
        metadata.GetFloat("llama.rope.freq_base").ShouldBe(1e5f);
        metadata.GetString("llama.rope.scaling.type").ShouldBe("linear");
        metadata.GetFloat("llama.rope.scaling.factor").ShouldBe(4);
        metadata.GetString("tokenizer.ggml.pre").ShouldBe("deepseek-coder");
        metadata.GetBool("tokenizer.ggml.add_bos_token").ShouldBeTrue();
        metadata.GetStrings("tokenizer.ggml.tokens").Count.ShouldBe((int)gguf.Get("token_embd.weight").Rows);
    }

    /// <summary>All keys that llama.cpp asks a deepseek2 file for, and tensors of our own reading of it.</summary>
    [Theory]
    [InlineData("Q4_K_M", null)]
    [InlineData("Q8_0", 64)]
    public async Task A_model_with_latent_attention_and_experts_computes(string type, int? queryRank)
    {
        SyntheticModel.Write(In("m.gguf"), TinyLatent(layers: 3, queryRank), type);
        using var engine = Engine.Load(In("m.gguf"), new EngineOptions { Threads = 1 });
        var metadata = engine.File.Metadata;
        metadata.GetString("general.architecture").ShouldBe("deepseek2");
        metadata.GetInt32("deepseek2.attention.head_count_kv").ShouldBe(1);
        metadata.GetInt32("deepseek2.attention.key_length").ShouldBe(64 + 32);
        metadata.GetString("tokenizer.ggml.pre").ShouldBe("deepseek-llm");
        engine.File.Get("blk.1.attn_k_b.weight").Dimensions.ShouldBe([32, 64, 4]);
        engine.File.Get("blk.1.ffn_down_exps.weight").Dimensions.ShouldBe([96, 256, 8]);
        engine.Shape.Latent!.QueryRank.ShouldBe(queryRank);
        engine.Shape.Experts!.Used.ShouldBe(3);

        var finite = 0;
        int[] tokens = [1, 2, 3, 4, 5, 6, 7];
        await engine.EvaluateAsync(tokens, 3, (_, logits) =>
        {
            foreach (var logit in logits) if (float.IsFinite(logit) && logit != 0) finite++;
        }, TestContext.Current.CancellationToken);
        finite.ShouldBe(tokens.Length * 544);
    }

    // llama.cpp and ik_llama.cpp take a file without a query rank by its number of layers.
    [Fact]
    public void Fewer_layers_of_V2_Lite_have_a_query_rank_and_nearly_the_same_weights()
    {
        var whole = SyntheticShape.Find("deepseek-coder-v2-lite")!;
        var part = whole.WithLayers(4);
        (whole.Deepseek2!.QueryRank, whole.WithLayers(27).Deepseek2!.QueryRank).ShouldBe((null, null));
        part.Name.ShouldBe("deepseek-coder-v2-lite-4-layers");
        double Bytes(SyntheticShape shape) => SyntheticTensors.Of(shape, TypeMix.All.Single(mix => mix.Name == "F16"))
            .Where(t => t.Name.StartsWith("blk.3.attn_q", StringComparison.Ordinal)).Sum(t => t.Bytes);
        (Bytes(part) / Bytes(whole)).ShouldBe(1, 0.05);
        Should.Throw<ArgumentOutOfRangeException>(() => whole.WithLayers(28));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_on_any_thread_and_another_seed_others()
    {
        Parallel.For(0, 4, i => SyntheticModel.Write(In($"{i}.gguf"), Tiny, "Q4_K_M", seed: i < 3 ? 11u : 12u));
        var first = File.ReadAllBytes(In("0.gguf"));
        File.ReadAllBytes(In("1.gguf")).AsSpan().SequenceEqual(first).ShouldBeTrue();
        File.ReadAllBytes(In("2.gguf")).AsSpan().SequenceEqual(first).ShouldBeTrue();
        File.ReadAllBytes(In("3.gguf")).AsSpan().SequenceEqual(first).ShouldBeFalse();
    }

    [Fact]
    public void A_writing_that_fails_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(In("m.gguf"), "old");
        Should.Throw<OperationCanceledException>(() => SyntheticModel.Write(In("m.gguf"), Tiny, "Q8_0", progress: new Stopping()));
        Directory.GetFiles(_folder).ShouldBe([In("m.gguf")]);
        File.ReadAllText(In("m.gguf")).ShouldBe("old");

        SyntheticModel.Write(In("m.gguf"), Tiny, "Q8_0");
        Directory.GetFiles(_folder).ShouldBe([In("m.gguf")]);
        GgufFile.Open(In("m.gguf")).Dispose();
    }

    [Fact]
    public void An_unknown_mix_and_a_missing_folder_are_errors()
    {
        Should.Throw<ArgumentException>(() => SyntheticModel.Write(In("m.gguf"), Tiny, "Q9_X"))
            .Message.ShouldStartWith("There is no type mix 'Q9_X'; there are F16, Q4_0, Q4_1, Q8_0,");
        Should.Throw<IOException>(() => SyntheticModel.Write(In("none/m.gguf"), Tiny, "Q8_0"));
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [Fact]
    public void Progress_grows_to_one()
    {
        var reports = new Reports();
        SyntheticModel.Write(In("m.gguf"), Tiny, "Q8_0", progress: reports);
        reports.Seen.ShouldBeInOrder();
        reports.Seen[^1].ShouldBe(1);
    }

    sealed class Stopping : IProgress<double>
    {
        public void Report(double value)
        {
            if (value > 0.5) throw new OperationCanceledException();
        }
    }

    sealed class Reports : IProgress<double>
    {
        public List<double> Seen { get; } = [];

        public void Report(double value) => Seen.Add(value);
    }
}
