using CoderLsp.Kernels;

namespace CoderLsp.Inference.Synthetic;

/// <param name="Rows">0 for a vector.</param>
/// <param name="Parts">Matrices of that size, one behind the other; 0 for a tensor without that dimension.</param>
sealed record Weights(string Name, TensorType Type, int Columns, int Rows, int Parts = 0)
{
    public long Bytes => BlockLayouts.RowBytes(Type, Columns) * Math.Max(1, Rows) * Math.Max(1, Parts);

    public long[] Dimensions => Parts > 0 ? [Columns, Rows, Parts] : Rows > 0 ? [Columns, Rows] : [Columns];

    public static Weights Norm(string name, int columns) => new(name, TensorType.F32, columns, 0);

    public static Weights Matrix(string name, TensorType type, int columns, int rows, int parts = 0) =>
        new(name, TypeMix.Fitting(type, columns), columns, rows, parts);
}

/// <summary>What a file of some shape holds, in the order of the file.</summary>
sealed class SyntheticTensors(SyntheticShape shape, TypeMix mix)
{
    public static IEnumerable<Weights> Of(SyntheticShape shape, TypeMix mix) => new SyntheticTensors(shape, mix).All();

    IEnumerable<Weights> All()
    {
        yield return Weights.Matrix("token_embd.weight", mix.Embedding ?? mix.Most, shape.Width, shape.Vocabulary);
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            yield return Norm(layer, "attn_norm", shape.Width);
            foreach (var weights in shape.Deepseek2 is { } latent ? LatentAttention(layer, latent) : Attention(layer)) yield return weights;
            yield return Norm(layer, "ffn_norm", shape.Width);
            foreach (var weights in shape.Deepseek2 is { } sizes && layer > 0 ? Experts(layer, sizes) : FeedForward(layer, "", shape.FeedForward))
                yield return weights;
        }
        yield return Weights.Norm("output_norm.weight", shape.Width);
        yield return Weights.Matrix("output.weight", mix.Output, shape.Width, shape.Vocabulary);
    }

    IEnumerable<Weights> Attention(int layer)
    {
        var kv = shape.KvHeads * shape.HeadSize;
        yield return Matrix(layer, "attn_q", mix.Most, shape.Width, shape.Width);
        yield return Matrix(layer, "attn_k", mix.Most, shape.Width, kv);
        yield return Matrix(layer, "attn_v", mix.Value(layer, shape.Layers), shape.Width, kv);
        yield return Matrix(layer, "attn_output", mix.AttentionOutput ?? mix.Most, shape.Width, shape.Width);
    }

    // In the form of new files: keys' and values' matrices apart, a matrix a head.
    IEnumerable<Weights> LatentAttention(int layer, Deepseek2Sizes sizes)
    {
        var queries = shape.Heads * shape.HeadSize;
        if (sizes.QueryRank is { } rank)
        {
            yield return Matrix(layer, "attn_q_a", mix.Most, shape.Width, rank);
            yield return Norm(layer, "attn_q_a_norm", rank);
            yield return Matrix(layer, "attn_q_b", mix.Most, rank, queries);
        }
        else
        {
            yield return Matrix(layer, "attn_q", mix.Most, shape.Width, queries);
        }
        yield return Matrix(layer, "attn_kv_a_mqa", mix.Most, shape.Width, sizes.Rank + sizes.RotatedSize);
        yield return Norm(layer, "attn_kv_a_norm", sizes.Rank);
        yield return Matrix(layer, "attn_k_b", mix.Most, sizes.PlainSize, sizes.Rank, shape.Heads);
        yield return Matrix(layer, "attn_v_b", mix.Most, sizes.Rank, sizes.ValueSize, shape.Heads);
        yield return Matrix(layer, "attn_output", mix.AttentionOutput ?? mix.Most, shape.Heads * sizes.ValueSize, shape.Width);
    }

    IEnumerable<Weights> Experts(int layer, Deepseek2Sizes sizes) =>
    [
        new($"blk.{layer}.ffn_gate_inp.weight", TensorType.F32, shape.Width, sizes.Experts),
        .. FeedForward(layer, "_exps", sizes.ExpertFeedForward, sizes.Experts),
        .. FeedForward(layer, "_shexp", sizes.ExpertFeedForward * sizes.SharedExperts),
    ];

    IEnumerable<Weights> FeedForward(int layer, string kind, int inner, int parts = 0)
    {
        yield return Matrix(layer, $"ffn_gate{kind}", mix.Most, shape.Width, inner, parts);
        yield return Matrix(layer, $"ffn_up{kind}", mix.Most, shape.Width, inner, parts);
        yield return Matrix(layer, $"ffn_down{kind}", mix.Down(layer, shape.Layers), inner, shape.Width, parts);
    }

    static Weights Norm(int layer, string name, int columns) => Weights.Norm($"blk.{layer}.{name}.weight", columns);

    static Weights Matrix(int layer, string name, TensorType type, int columns, int rows, int parts = 0) =>
        Weights.Matrix($"blk.{layer}.{name}.weight", type, columns, rows, parts);
}
