using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;
using CoderLsp.Models;
using CoderLsp.Tests.Commands;

namespace CoderLsp.Tests.Models;

public class ModelDescriptionTests
{
    const int Vocabulary = 97;

    [Theory]
    [InlineData("gemma"), InlineData("phi3"), InlineData("granite")]
    public async Task An_architecture_that_cannot_run_is_described_and_says_so(string architecture)
    {
        using var made = new MadeModel(architecture, ["<s>"], Shape(architecture), sentencePiece: true);
        var run = await RunResult.OfAsync("inspect", made.Path);
        run.Status.ShouldBe(0);
        run.Out.ShouldContain($"no: models of the architecture '{architecture}' are not supported yet");
        run.Out.ShouldContain("2 layers, 64 wide");
        Described(made.Path).Problem!.ShouldNotContain(made.Path);
    }

    [Fact]
    public async Task What_runs_has_no_problem()
    {
        var run = await RunResult.OfAsync("inspect", "seedling");
        run.Out.ShouldMatch(@"runs +yes\n");
    }

    [Fact]
    public void A_file_without_its_tensors_does_not_run()
    {
        using var made = new MadeModel("llama", ["<s>"], Shape("llama"));
        Described(made.Path).Problem!.ShouldEndWith("is missing.");
    }

    [Fact]
    public void The_memory_of_DeepSeek_Coder_V2_Lite_is_that_of_its_latents_and_experts()
    {
        using var made = new MadeModel("deepseek2", ["<s>"], writer =>
        {
            AddShape(writer, "deepseek2", layers: 27, context: 163_840, width: 2048, heads: 16, feedForward: 10_944);
            foreach (var (key, value) in new[]
                {
                    ("attention.kv_lora_rank", 512), ("rope.dimension_count", 64), ("attention.key_length", 192), ("attention.value_length", 128),
                    ("expert_count", 64), ("expert_used_count", 6), ("expert_shared_count", 2), ("expert_feed_forward_length", 1408),
                })
                writer.Add($"deepseek2.{key}", value);
        });
        var memory = Described(made.Path).Memory!;
        // The cache holds 512 values of latent and 64 rotated ones, in halves.
        const long token = 27 * (512 + 64) * 2;
        memory.KeyValueBytesPerToken.ShouldBe(token);
        // A chunk of 256 tokens: 6 experts and 2 shared ones beside the dense layer, for activations in two parts.
        const long buffers = 256L * (6 * 2048 + 9 * 10_944 + 6 * (3 * 1408 + 2 * 2048) + 3 * 2 * 1408) * 4 + Vocabulary * 3 * 4;
        // Keys of 128 values, transposed; keys of 192 and values of 128 of all heads in full, computed for 512 positions at a time.
        const long transposed = 27L * 16 * 128 * 512 * 2, position = 16 * (192 + 128), atOnce = 512 * (position + 512) * 4;
        var others = new FileInfo(made.Path).Length + 60_000_000 + buffers + transposed + atOnce;
        memory.Context2048Bytes.ShouldBe(others + 2048 * token + 4096 * position * 2);
        memory.Context16384Bytes.ShouldBe(others + 16_384 * token + 8192 * position * 2);
        memory.FullContextBytes.ShouldBe(others + 163_840 * token + 8192 * position * 2);
    }

    [Fact]
    public async Task Memory_is_said_for_small_and_large_contexts()
    {
        using var made = new MadeModel("llama", ["<s>"], writer => AddShape(writer, "llama", layers: 2, context: 32_768));
        (await RunResult.OfAsync("inspect", made.Path)).Out.ShouldMatch(
            """memory needed +[\d.]+ MB with 2,048 tokens, [\d.]+ MB with 16,384 tokens, [\d.]+ MB with 32,768 tokens \(272 B a token\)""");
    }

    [Theory]
    [InlineData(15, TensorType.F32, "Q4_K_M", "recommended")]
    [InlineData(10, TensorType.Q8_0, "Q2_K", "significant quality loss")]
    [InlineData(10, TensorType.F16, "Q2_K_L", "better than Q2_K")]
    [InlineData(13, TensorType.F16, "Q3_K_XL", "usable")]
    [InlineData(13, TensorType.Q8_0, "Q3_K_L", "substantial quality loss")]
    [InlineData(31, TensorType.Q8_0, "IQ1_M", "not recommended")]
    [InlineData(4711, TensorType.F16, null, null)]
    public void A_quantisation_has_its_published_name_and_advice(int fileType, TensorType ends, string? name, string? advice)
    {
        using var made = new MadeModel("llama", ["<s>"], writer =>
        {
            writer.Add("general.file_type", fileType);
            AddEmbedding(writer, ends);
        });
        var model = Described(made.Path);
        model.Quantization.ShouldBe(name);
        if (advice is null) model.QuantizationAdvice.ShouldBeNull();
        else model.QuantizationAdvice!.ShouldContain(advice);
    }

    [Theory]
    [InlineData("llama", "x", "DeepSeek-Coder", "<｜fim▁hole｜>")]
    [InlineData("llama", "x", "CodeLlama", "▁<PRE>")]
    [InlineData("llama", "SmolLM2-135M", "SmolLM2", "<|im_start|>")]
    [InlineData("llama", "x", null, "<s>")]
    [InlineData("deepseek2", "x", "DeepSeek-V2 (Coder)", "<｜fim▁hole｜>")]
    [InlineData("qwen2", "qwen2.5-coder-1.5b", "Qwen2.5-Coder", "<|repo_name|>")]
    [InlineData("qwen2", "qwen2.5-1.5b", "Qwen2.5", "<|repo_name|>")]
    [InlineData("gemma", "x", "CodeGemma", "<|file_separator|>")]
    [InlineData("starcoder2", "x", "StarCoder2", "<s>")]
    public void A_family_is_known_by_architecture_tokens_and_name(string architecture, string name, string? family, string token)
    {
        using var made = new MadeModel(architecture, [token], name: name);
        Described(made.Path).Family.ShouldBe(family);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(475_904, "0.5M")]
    [InlineData(134_515_008, "135M")]
    [InlineData(999_900_000, "1.0B")]
    [InlineData(1_346_471_936, "1.3B")]
    [InlineData(15_706_484_224, "16B")]
    public void Sizes_are_written_as_in_names(long parameters, string? size) => ModelFamilies.Size(parameters).ShouldBe(size);

    [Theory]
    [InlineData("base", "{{ something }}", "unknown (set chatTemplate to chat with the model), begins with {{ something }}")]
    [InlineData("base", "<|im_start|>", "ChatML")]
    [InlineData("base", null, "none")]
    [InlineData("deepseek-coder-1.3b-instruct", null, "DeepSeek-Coder v1, by the model's name")]
    public async Task The_chat_template_is_named(string name, string? template, string expected)
    {
        using var made = new MadeModel("llama", ["<|EOT|>", "<｜fim▁hole｜>"], writer =>
        {
            if (template is not null) writer.Add("tokenizer.chat_template", template);
        }, name: name);
        (await RunResult.OfAsync("inspect", made.Path)).Out.ShouldMatch($@"chat template +{System.Text.RegularExpressions.Regex.Escape(expected)}\n");
    }

    static ModelDescription Described(string path)
    {
        using var file = GgufFile.Open(path);
        return ModelDescription.Of(file, KvType.Q8, withTensors: false);
    }

    static Action<GgufWriter> Shape(string architecture) => writer => AddShape(writer, architecture, layers: 2, context: 1024);

    static void AddShape(GgufWriter writer, string architecture, int layers, int context, int width = 64, int heads = 2, int feedForward = 128)
    {
        writer.Add($"{architecture}.block_count", layers);
        writer.Add($"{architecture}.context_length", context);
        writer.Add($"{architecture}.embedding_length", width);
        writer.Add($"{architecture}.feed_forward_length", feedForward);
        writer.Add($"{architecture}.attention.head_count", heads);
        writer.Add($"{architecture}.attention.layer_norm_rms_epsilon", 1e-6f);
        AddEmbedding(writer, TensorType.F16);
    }

    static void AddEmbedding(GgufWriter writer, TensorType type) =>
        writer.AddTensor("token_embd.weight", type, [64, Vocabulary], stream => stream.Write(new byte[Vocabulary * BlockLayouts.RowBytes(type, 64)]));
}
