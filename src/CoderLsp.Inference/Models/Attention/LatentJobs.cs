using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;
using CoderLsp.Kernels.Elementwise;

namespace CoderLsp.Inference.Models.Attention;

/// <summary>y = norm(x), for each token.</summary>
unsafe struct NormaliseJob : IParallelJob
{
    /// <summary>(tokens, width).</summary>
    public float* Input, Output;

    /// <summary>(width).</summary>
    public float* Gain;
    public int Width;
    public float Epsilon;

    public readonly void Execute(int worker, int first, int last)
    {
        for (var t = first; t < last; t++) RmsNorm.Apply(Input + (long)t * Width, Gain, Output + (long)t * Width, Width, Epsilon);
    }
}

/// <summary>
/// Normalises a token's latent, rotates its key and puts both into the cache; rotates the queries. Where queries are to be absorbed, parts
/// them into the plain values, by heads, and the rotated ones, which stand at the end of the absorbed queries.
/// </summary>
unsafe struct StoreLatentJob : IParallelJob
{
    /// <summary>(tokens, heads, plain + rotated).</summary>
    public float* Query;

    /// <summary>(tokens, rank + rotated).</summary>
    public float* Latent;

    /// <summary>(rank).</summary>
    public float* Gain;

    /// <summary>(heads, tokens, plain), or null where queries are not absorbed.</summary>
    public float* Plain;

    /// <summary>(tokens, heads, rank + rotated).</summary>
    public float* Absorbed;
    public float Epsilon;
    public int Heads, Rank, PlainSize, RotatedSize, Tokens, Layer, FirstPosition;
    public RopeTable Rope;
    public KvLayout Layout;
    public byte** Pages;

    public LatentShape Shape
    {
        set => (Rank, PlainSize, RotatedSize) = (value.Rank, value.PlainSize, value.RotatedSize);
    }

    public readonly void Execute(int worker, int first, int last)
    {
        int entry = Rank + RotatedSize, size = PlainSize + RotatedSize;
        for (var t = first; t < last; t++)
        {
            var position = FirstPosition + t;
            var latent = Latent + (long)t * entry;
            RmsNorm.Apply(latent, Gain, latent, Rank, Epsilon);
            Rope.Apply(latent + Rank, 1, RotatedSize, position);
            Layout.StoreKeys(latent, Pages[position / KvLayout.PageTokens], Layer, position % KvLayout.PageTokens);
            for (var h = 0; h < Heads; h++)
            {
                var query = Query + ((long)t * Heads + h) * size;
                Rope.Apply(query + PlainSize, 1, RotatedSize, position);
                if (Plain == null) continue;
                new Span<float>(query, PlainSize).CopyTo(new Span<float>(Plain + ((long)h * Tokens + t) * PlainSize, PlainSize));
                new Span<float>(query + PlainSize, RotatedSize).CopyTo(
                    new Span<float>(Absorbed + ((long)t * Heads + h) * entry + Rank, RotatedSize));
            }
        }
    }
}

/// <summary>Takes latents out of the cache, and their rotated keys, which go to the end of the keys of all heads.</summary>
unsafe struct LoadLatentsJob : IParallelJob
{
    public byte** Pages;
    public KvLayout Layout;
    public int Layer, FirstPosition, Heads, Rank, PlainSize, RotatedSize;

    /// <summary>(positions, rank).</summary>
    public float* Latents;

    /// <summary>(positions, heads, plain + rotated).</summary>
    public float* Keys;

    public LatentShape Shape
    {
        set => (Rank, PlainSize, RotatedSize) = (value.Rank, value.PlainSize, value.RotatedSize);
    }

    public readonly void Execute(int worker, int first, int last)
    {
        var size = PlainSize + RotatedSize;
        var entry = stackalloc float[Layout.KeySize];
        for (var i = first; i < last; i++)
        {
            var position = FirstPosition + i;
            Layout.LoadKey(Pages[position / KvLayout.PageTokens], Layer, 0, position % KvLayout.PageTokens, entry);
            new Span<float>(entry, Rank).CopyTo(new Span<float>(Latents + (long)i * Rank, Rank));
            for (var h = 0; h < Heads; h++)
                new Span<float>(entry + Rank, RotatedSize).CopyTo(
                    new Span<float>(Keys + ((long)i * Heads + h) * size + PlainSize, RotatedSize));
        }
    }
}

/// <summary>Puts keys and values in full into pages.</summary>
unsafe struct StoreFullJob : IParallelJob
{
    /// <summary>(positions, heads, key size) and (positions, heads, value size).</summary>
    public float* Keys, Values;
    public int FirstPosition;
    public KvLayout Layout;
    public byte** Pages;

    public readonly void Execute(int worker, int first, int last)
    {
        for (var i = first; i < last; i++)
        {
            var position = FirstPosition + i;
            var page = Pages[position / KvLayout.PageTokens];
            Layout.StoreKeys(Keys + (long)i * Layout.Heads * Layout.KeySize, page, 0, position % KvLayout.PageTokens);
            Layout.StoreValues(Values + (long)i * Layout.Heads * Layout.ValueSize, page, 0, position % KvLayout.PageTokens);
        }
    }
}
