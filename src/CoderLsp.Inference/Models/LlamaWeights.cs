using System.Diagnostics.CodeAnalysis;
using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models;

/// <summary>The weights of a transformer of the llama kind. Matrices stay in the mapped file; norms and biases are copied as float32.</summary>
sealed class LlamaWeights : IDisposable
{
    readonly List<NativeBuffer<float>?> _vectors = [];

    public LlamaWeights(GgufFile file, ModelShape shape)
    {
        var reader = new WeightReader(file);
        int width = shape.Width, queries = shape.HeadCount * shape.HeadSize, keys = shape.KvHeadCount * shape.HeadSize, inner = shape.FeedForward;
        Embedding = reader.Matrix("token_embd.weight", shape.Vocabulary, width);
        OutputNorm = Keep(reader.Vector("output_norm.weight", width));
        Output = reader.TryMatrix("output.weight", shape.Vocabulary, width) ?? Embedding;
        RopeFactors = Keep(reader.TryVector("rope_freqs.weight", shape.RopeDimensions / 2));
        Layers = [.. Enumerable.Range(0, shape.LayerCount).Select(i => new Layer(
            Keep(reader.Vector($"blk.{i}.attn_norm.weight", width)),
            Linear($"blk.{i}.attn_q", queries, width),
            Linear($"blk.{i}.attn_k", keys, width),
            Linear($"blk.{i}.attn_v", keys, width),
            HeadNorm($"blk.{i}.attn_q_norm.weight"),
            HeadNorm($"blk.{i}.attn_k_norm.weight"),
            Linear($"blk.{i}.attn_output", width, queries),
            Keep(reader.Vector($"blk.{i}.ffn_norm.weight", width)),
            Linear($"blk.{i}.ffn_gate", inner, width),
            Linear($"blk.{i}.ffn_up", inner, width),
            Linear($"blk.{i}.ffn_down", width, inner)))];

        NativeBuffer<float>? HeadNorm(string name) => shape.NormalisesHeads ? Keep(reader.Vector(name, shape.HeadSize)) : null;

        Linear Linear(string name, int rows, int columns) =>
            new(reader.Matrix($"{name}.weight", rows, columns), Keep(reader.TryVector($"{name}.bias", rows)));
    }

    /// <summary>(vocabulary, width).</summary>
    public Matrix Embedding { get; }

    /// <summary>(vocabulary, width); the embedding itself when the two are tied.</summary>
    public Matrix Output { get; }

    /// <summary>(width).</summary>
    public NativeBuffer<float> OutputNorm { get; }

    /// <summary>(rope dimensions / 2) divisors of the rotation's frequencies; null for none.</summary>
    public NativeBuffer<float>? RopeFactors { get; }

    public Layer[] Layers { get; }

    public void Dispose()
    {
        foreach (var vector in _vectors) vector?.Dispose();
    }

    [return: NotNullIfNotNull(nameof(vector))]
    NativeBuffer<float>? Keep(NativeBuffer<float>? vector)
    {
        _vectors.Add(vector);
        return vector;
    }

    /// <summary>y = W·x + b.</summary>
    internal sealed record Linear(Matrix Matrix, NativeBuffer<float>? Bias);

    /// <summary>Rows × columns: Q (heads · size, width), K and V (kv heads · size, width), Output (width, heads · size), Gate and Up (ffn, width), Down (width, ffn). The norms of heads (size) or null.</summary>
    internal sealed record Layer(
        NativeBuffer<float> AttentionNorm, Linear Query, Linear Key, Linear Value, NativeBuffer<float>? QueryNorm, NativeBuffer<float>? KeyNorm, Linear Output,
        NativeBuffer<float> FeedForwardNorm, Linear Gate, Linear Up, Linear Down);
}
