using CoderLsp.Kernels;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models.Attention;

/// <summary>
/// The weights of one layer of latent attention. Rows × columns: QueryDown (query rank, width) and QueryUp (heads · head size, query rank), or
/// QueryUp (heads · head size, width) alone; LatentDown (rank + rotated, width); for each head KeyUp (plain, rank), its transpose
/// KeyUpTransposed (rank, plain) and ValueUp (value, rank); Output (width, heads · value).
/// </summary>
sealed record LatentWeights(
    Matrix? QueryDown, NativeBuffer<float>? QueryNorm, Matrix QueryUp, Matrix LatentDown, NativeBuffer<float> LatentNorm,
    Matrix[] KeyUp, Matrix[] KeyUpTransposed, Matrix[] ValueUp, Matrix Output)
{
    public static LatentWeights Read(WeightReader reader, int layer, ModelShape shape, LatentShape latent, ComputePool pool)
    {
        string Name(string part) => $"blk.{layer}.attn_{part}.weight";
        var (heads, queries) = (shape.HeadCount, shape.HeadCount * shape.HeadSize);
        var down = latent.QueryRank is { } rank ? reader.Matrix(Name("q_a"), rank, shape.Width) : null;
        var (keys, transposed, values) = reader.Has(Name("kv_b")) ? FromJoined(reader, Name("kv_b"), heads, latent, pool)
            : FromParted(reader, Name("k_b"), Name("v_b"), heads, latent, pool);
        return new(
            down, down is null ? null : reader.Vector(Name("q_a_norm"), down.Rows),
            down is null ? reader.Matrix(Name("q"), queries, shape.Width) : reader.Matrix(Name("q_b"), queries, down.Rows),
            reader.Matrix(Name("kv_a_mqa"), latent.Rank + latent.RotatedSize, shape.Width), reader.Vector(Name("kv_a_norm"), latent.Rank),
            keys, transposed, values, reader.Matrix(Name("output"), shape.Width, heads * latent.ValueSize));
    }

    /// <summary>The form of old files: for each head the rows of its keys, then those of its values.</summary>
    static (Matrix[] Keys, Matrix[] Transposed, Matrix[] Values) FromJoined(
        WeightReader reader, string name, int heads, LatentShape latent, ComputePool pool)
    {
        var rows = latent.PlainSize + latent.ValueSize;
        var joined = reader.Matrix(name, heads * rows, latent.Rank);
        Matrix[] keys = [.. Enumerable.Range(0, heads).Select(h => joined.Slice(h * rows, latent.PlainSize))];
        return (keys, Transposed(reader, keys, pool), [.. Enumerable.Range(0, heads).Select(h => joined.Slice(h * rows + latent.PlainSize, latent.ValueSize))]);
    }

    /// <summary>The form of new files: keys transposed, values as they are.</summary>
    static (Matrix[] Keys, Matrix[] Transposed, Matrix[] Values) FromParted(
        WeightReader reader, string keys, string values, int heads, LatentShape latent, ComputePool pool)
    {
        var key = reader.Matrix(keys, heads * latent.Rank, latent.PlainSize);
        var value = reader.Matrix(values, heads * latent.ValueSize, latent.Rank);
        Matrix[] transposed = [.. Enumerable.Range(0, heads).Select(h => key.Slice(h * latent.Rank, latent.Rank))];
        return (Transposed(reader, transposed, pool), transposed, [.. Enumerable.Range(0, heads).Select(h => value.Slice(h * latent.ValueSize, latent.ValueSize))]);
    }

    static Matrix[] Transposed(WeightReader reader, Matrix[] matrices, ComputePool pool)
    {
        if (reader.ChecksOnly) return matrices;
        var (transposed, memory) = Transposition.Run(pool, matrices);
        reader.Keep(memory);
        return transposed;
    }
}
