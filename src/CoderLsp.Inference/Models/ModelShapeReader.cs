using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels.Elementwise;

namespace CoderLsp.Inference.Models;

/// <summary>Reads a <see cref="ModelShape"/> and checks that its numbers fit together.</summary>
sealed class ModelShapeReader
{
    // Far above any model there is; keeps products of sizes within 64 bits whatever a file says, and a page of keys within a thread's stack.
    const int MaxSize = 1 << 20, MaxLayers = 1 << 10, MaxHeads = 1 << 12, MaxHeadSize = 1 << 10, MaxExperts = 1 << 12;

    static readonly string[] Architectures = ["llama", "qwen2", "qwen3", "deepseek2", "starcoder2"];

    readonly GgufFile _file;
    readonly string _architecture;

    ModelShapeReader(GgufFile file)
    {
        _file = file;
        _architecture = file.Metadata.GetString("general.architecture");
        if (!Architectures.Contains(_architecture))
            throw new GgufException($"{file.Path}: models of the architecture '{_architecture}' are not supported yet; "
                + $"{string.Join(", ", Architectures[..^1])} and {Architectures[^1]} are.");
    }

    /// <exception cref="GgufException">A key is missing, out of range, or contradicts another.</exception>
    public static ModelShape Read(GgufFile file) => new ModelShapeReader(file).Read();

    ModelShape Read()
    {
        var width = Size("embedding_length", MaxSize);
        var heads = Size("attention.head_count", MaxHeads);
        var latent = _architecture == "deepseek2";
        var kvHeads = latent ? heads : Size("attention.head_count_kv", MaxHeads, heads);
        Check(heads % kvHeads == 0, $"{heads} attention heads cannot share {kvHeads} heads of keys and values evenly");
        var headSize = Size("attention.key_length_mla", MaxHeadSize, Size("attention.key_length", MaxHeadSize, Math.Max(1, width / heads)));
        var valueSize = Size("attention.value_length_mla", MaxHeadSize, Size("attention.value_length", MaxHeadSize, headSize));
        Check(latent || valueSize == headSize, $"keys of {headSize} and values of {valueSize} are not supported for {_architecture}");
        var epsilonName = _architecture == "starcoder2" ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon";
        var epsilon = _file.Metadata.GetFloat(Key(epsilonName));
        Check(epsilon is >= 0 and < 1, $"{Key(epsilonName)} is {epsilon}, which is not between 0 and 1");

        var embedding = _file.Get("token_embd.weight");
        var layers = Size("block_count", MaxLayers);
        var rope = Rope(latent, headSize);
        return new ModelShape
        {
            Architecture = _architecture,
            LayerCount = layers,
            Width = width,
            HeadCount = heads,
            KvHeadCount = kvHeads,
            HeadSize = headSize,
            FeedForward = Size("feed_forward_length", MaxSize),
            Vocabulary = checked((int)Math.Min(embedding.Rows, int.MaxValue)),
            ContextLength = Size("context_length", 1 << 24),
            NormEpsilon = epsilon,
            CentredNorms = _architecture == "starcoder2",
            NormalisesHeads = _architecture == "qwen3",
            HasPlainFeedForward = _architecture == "starcoder2",
            Rope = rope,
            Latent = latent ? Latent(rope, headSize, valueSize) : null,
            Experts = latent ? Experts(layers, width) : NoExperts(),
        };
    }

    LatentShape Latent(RopeShape rope, int headSize, int valueSize)
    {
        Check(rope.Dimensions < headSize, $"{Key("rope.dimension_count")} is {rope.Dimensions}, which leaves nothing of keys of {headSize}");
        // The attention's share of YaRN: m² with m = 1 + log multiplier · ln factor (0.1 is part of the multiplier); cosines and sines have none of it.
        var multiplier = Number("rope.scaling.yarn_log_multiplier", 0, -100, 100);
        var magnitude = rope.Yarn is null ? 1 : 1 + multiplier * MathF.Log(rope.Factor);
        return new(
            Count("attention.q_lora_rank", MaxSize) is > 0 and var rank ? rank : null, Size("attention.kv_lora_rank", MaxHeadSize),
            headSize - rope.Dimensions, rope.Dimensions, valueSize, magnitude * magnitude / MathF.Sqrt(headSize));
    }

    ExpertShape? Experts(int layers, int width)
    {
        var count = Count("expert_count", MaxExperts);
        if (count == 0) return null;
        var used = Size("expert_used_count", MaxExperts);
        Check(used <= count, $"a token cannot use {used} of {count} experts");
        var inner = Size("expert_feed_forward_length", MaxSize);
        Check((long)count * Math.Max(inner, width) <= int.MaxValue, $"{count} experts of {inner} × {width} weights are too many for one tensor");
        var shared = (long)Count("expert_shared_count", MaxExperts) * inner;
        Check(shared <= MaxSize, $"{shared} values between the shared experts' matrices are too many");
        var gating = _file.Metadata.TryGetInt32(Key("expert_gating_func")) is > 0 and var said ? said : 1; // old files do not say: softmax
        Check(gating is 1 or 2, $"{Key("expert_gating_func")} is {gating}; 1 (softmax) and 2 (sigmoid) are supported");
        var groups = Math.Max(1, Count("expert_group_count", count));
        var usedGroups = groups == 1 ? 1 : Size("expert_group_used_count", groups, groups);
        Check(count % groups == 0, $"{count} experts cannot be divided into {groups} groups evenly");
        Check(count / groups * usedGroups >= used, $"{usedGroups} groups of {count / groups} experts have fewer than the {used} that a token uses");
        var scale = Number("expert_weights_scale", 1, 0, 1e6f);
        return new(
            count, used, inner, (int)shared, Math.Min(layers, Count("leading_dense_block_count", MaxLayers)), scale == 0 ? 1 : scale,
            _file.Metadata.TryGetBool(Key("expert_weights_norm")) ?? false, gating == 2, groups, usedGroups);
    }

    ExpertShape? NoExperts()
    {
        Check(Count("expert_count", MaxExperts) == 0, $"{_architecture} with experts is not supported yet");
        return null;
    }

    RopeShape Rope(bool latent, int headSize)
    {
        var dimensions = Size("rope.dimension_count", headSize, latent ? null : headSize);
        Check(dimensions % 2 == 0, $"{Key("rope.dimension_count")} is {dimensions}, which is odd");
        var frequency = _file.Metadata.TryGetFloat(Key("rope.freq_base")) ?? 10_000;
        Check(frequency is > 0 and < float.PositiveInfinity, $"{Key("rope.freq_base")} is {frequency}, which is not a positive number");

        var kind = _file.Metadata.TryGetString(Key("rope.scaling.type"));
        var factor = kind == "none" ? 1
            : _file.Metadata.TryGetFloat(Key("rope.scaling.factor")) ?? _file.Metadata.TryGetFloat(Key("rope.scale_linear")) ?? 1; // the key of 2023
        if (factor == 0) factor = 1; // how some writers say "no scaling"
        Check(factor is > 0 and < 1e6f, $"the position scaling factor is {factor}, which is not a sensible positive number");
        Check(kind is null or "none" or "linear" or "yarn" || factor == 1, $"position scaling of type '{kind}' is not supported yet for {_architecture}");

        YarnShape? yarn = null;
        if (kind == "yarn" && factor != 1)
            // Deepseek2 puts the magnitude into the scores, see Latent.
            yarn = new(Size("rope.scaling.original_context_length", 1 << 24, Size("context_length", 1 << 24)), latent ? 1
                : Number("rope.scaling.attn_factor", 1, 0, 100) * (1 + 0.1f * MathF.Log(factor)));
        var pairing = _architecture is "llama" or "deepseek2" ? RopePairing.Adjacent : RopePairing.Halves;
        return new(pairing, dimensions, frequency, factor, yarn);
    }

    string Key(string name) => $"{_architecture}.{name}";

    /// <summary>A number that is at least 1.</summary>
    int Size(string name, int max, int? otherwise = null)
    {
        var value = otherwise is null || _file.Metadata.Find(Key(name)) is not null ? OfAllLayers(name) : otherwise.Value;
        Check(value >= 1 && value <= max, $"{Key(name)} is {value}, which is not between 1 and {max}");
        return value;
    }

    /// <summary>A number; some writers give each layer its own, which must be the same then.</summary>
    int OfAllLayers(string name)
    {
        if (_file.Metadata.Find(Key(name)) is not { ElementType: not null }) return _file.Metadata.GetInt32(Key(name));
        var each = _file.Metadata.GetInt32s(Key(name));
        Check(each.Distinct().Count() == 1, $"{Key(name)} is not the same in all layers, which is not supported yet for {_architecture}");
        return each[0];
    }

    /// <summary>A number that may be 0, or missing, which is the same.</summary>
    int Count(string name, int max)
    {
        var value = _file.Metadata.TryGetInt32(Key(name)) ?? 0;
        Check(value >= 0 && value <= max, $"{Key(name)} is {value}, which is not between 0 and {max}");
        return value;
    }

    float Number(string name, float otherwise, float least, float most)
    {
        var value = _file.Metadata.TryGetFloat(Key(name)) ?? otherwise;
        Check(value >= least && value <= most, $"{Key(name)} is {value}, which is not between {least} and {most}");
        return value;
    }

    void Check(bool condition, string problem)
    {
        if (!condition) throw new GgufException($"{_file.Path}: {problem}.");
    }
}
