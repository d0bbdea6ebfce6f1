using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels.Elementwise;

namespace CoderLsp.Inference.Models;

/// <summary>Reads a <see cref="ModelShape"/> and checks that its numbers fit together.</summary>
static class ModelShapeReader
{
    // Far above any model there is; keeps products of sizes within 64 bits whatever a file says.
    const int MaxSize = 1 << 20, MaxLayers = 1 << 10;

    /// <exception cref="GgufException">A key is missing, out of range, or contradicts another.</exception>
    public static ModelShape Read(GgufFile file)
    {
        var metadata = file.Metadata;
        var architecture = metadata.GetString("general.architecture");
        var pairing = architecture switch
        {
            "llama" => RopePairing.Adjacent,
            "qwen2" or "qwen3" => RopePairing.Halves,
            _ => throw new GgufException($"{file.Path}: models of the architecture '{architecture}' are not supported yet; llama, qwen2 and qwen3 are."),
        };
        string Key(string name) => $"{architecture}.{name}";

        int Size(string name, int max, int? otherwise = null)
        {
            var value = otherwise is null ? metadata.GetInt32(Key(name)) : metadata.TryGetInt32(Key(name)) ?? otherwise.Value;
            Check(file, value >= 1 && value <= max, $"{Key(name)} is {value}, which is not between 1 and {max}");
            return value;
        }

        var width = Size("embedding_length", MaxSize);
        var heads = Size("attention.head_count", 1 << 12);
        var kvHeads = Size("attention.head_count_kv", 1 << 12, heads);
        Check(file, heads % kvHeads == 0, $"{heads} attention heads cannot share {kvHeads} heads of keys and values evenly");
        var headSize = Size("attention.key_length", 1 << 10, Math.Max(1, width / heads));
        var valueSize = Size("attention.value_length", 1 << 10, headSize);
        Check(file, valueSize == headSize, $"keys of {headSize} and values of {valueSize} are not supported for {architecture}");
        var rotated = Size("rope.dimension_count", headSize, headSize);
        Check(file, rotated % 2 == 0, $"{Key("rope.dimension_count")} is {rotated}, which is odd");
        Check(file, metadata.TryGetInt32(Key("expert_count")) is null or 0, $"{architecture} with experts is not supported yet");

        var ropeBase = metadata.TryGetFloat(Key("rope.freq_base")) ?? 10_000;
        Check(file, ropeBase is > 0 and < float.PositiveInfinity, $"{Key("rope.freq_base")} is {ropeBase}, which is not a positive number");
        var epsilon = metadata.GetFloat(Key("attention.layer_norm_rms_epsilon"));
        Check(file, epsilon is >= 0 and < 1, $"{Key("attention.layer_norm_rms_epsilon")} is {epsilon}, which is not between 0 and 1");

        var embedding = file.Get("token_embd.weight");
        return new ModelShape
        {
            Architecture = architecture,
            LayerCount = Size("block_count", MaxLayers),
            Width = width,
            HeadCount = heads,
            KvHeadCount = kvHeads,
            HeadSize = headSize,
            FeedForward = Size("feed_forward_length", MaxSize),
            Vocabulary = checked((int)Math.Min(embedding.Rows, int.MaxValue)),
            ContextLength = Size("context_length", 1 << 24),
            RmsEpsilon = epsilon,
            RopeDimensions = rotated,
            RopeBase = ropeBase,
            RopeFactor = RopeFactor(file, architecture),
            RopePairing = pairing,
            NormalisesHeads = architecture == "qwen3",
        };
    }

    /// <summary>Linear scaling, under its key of today or the one of 2023.</summary>
    static float RopeFactor(GgufFile file, string architecture)
    {
        var metadata = file.Metadata;
        var kind = metadata.TryGetString($"{architecture}.rope.scaling.type");
        Check(file, kind is null or "none" or "linear" || metadata.TryGetFloat($"{architecture}.rope.scaling.factor") is null or 1,
            $"position scaling of type '{kind}' is not supported yet for {architecture}");
        var factor = kind == "none" ? 1
            : metadata.TryGetFloat($"{architecture}.rope.scaling.factor") ?? metadata.TryGetFloat($"{architecture}.rope.scale_linear") ?? 1;
        if (factor == 0) factor = 1; // how some writers say "no scaling"
        Check(file, factor is > 0 and < 1e6f, $"the position scaling factor is {factor}, which is not a sensible positive number");
        return factor;
    }

    static void Check(GgufFile file, bool condition, string problem)
    {
        if (!condition) throw new GgufException($"{file.Path}: {problem}.");
    }
}
