using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;
using CoderLsp.Kernels.Elementwise;

namespace CoderLsp.Inference.Models;

/// <summary>x += change + bias, y = norm(x), for each token: the end of one block of a layer and the start of the next in one loop.</summary>
unsafe struct AddAndNormaliseJob : IParallelJob
{
    /// <summary>(tokens, width): the residual stream.</summary>
    public float* Stream;

    /// <summary>(tokens, width), or null for none.</summary>
    public float* Change;

    /// <summary>(width), or null for none.</summary>
    public float* Bias;

    /// <summary>(width).</summary>
    public float* Gain;

    /// <summary>(tokens, width).</summary>
    public float* Output;
    public int Width;
    public float Epsilon;

    public readonly void Execute(int worker, int first, int last)
    {
        for (var t = first; t < last; t++)
        {
            var at = (long)t * Width;
            if (Change != null) Sums.Add(Stream + at, Change + at, Width);
            if (Change != null && Bias != null) Sums.Add(Stream + at, Bias, Width);
            RmsNorm.Apply(Stream + at, Gain, Output + at, Width, Epsilon);
        }
    }
}

/// <summary>Adds the biases of Q, K and V, normalises and rotates each head of Q and K, and puts K and V into the cache, for each token.</summary>
unsafe struct RotateAndStoreJob : IParallelJob
{
    /// <summary>(tokens, heads, head size).</summary>
    public float* Query;

    /// <summary>(tokens, kv heads, head size).</summary>
    public float* Key, Value;

    /// <summary>One token's worth each, or null for none.</summary>
    public float* QueryBias, KeyBias, ValueBias;

    /// <summary>(head size) gains each, or null for no normalisation.</summary>
    public float* QueryNorm, KeyNorm;
    public float NormEpsilon;
    public int HeadCount, Layer, FirstPosition;
    public RopeTable Rope;
    public KvLayout Layout;
    public ushort** Pages;

    public readonly void Execute(int worker, int first, int last)
    {
        int queries = HeadCount * Layout.HeadSize, keys = Layout.Heads * Layout.HeadSize;
        for (var t = first; t < last; t++)
        {
            float* query = Query + (long)t * queries, key = Key + (long)t * keys, value = Value + (long)t * keys;
            if (QueryBias != null) Sums.Add(query, QueryBias, queries);
            if (KeyBias != null) Sums.Add(key, KeyBias, keys);
            if (ValueBias != null) Sums.Add(value, ValueBias, keys);

            if (QueryNorm != null) Normalise(query, HeadCount, QueryNorm);
            if (KeyNorm != null) Normalise(key, Layout.Heads, KeyNorm);

            var position = FirstPosition + t;
            Rope.Apply(query, HeadCount, Layout.HeadSize, position);
            Rope.Apply(key, Layout.Heads, Layout.HeadSize, position);

            var page = Pages[position / KvLayout.PageTokens];
            Layout.Store(key, page, Layout.Keys(Layer, 0), position % KvLayout.PageTokens);
            Layout.Store(value, page, Layout.Values(Layer, 0), position % KvLayout.PageTokens);
        }
    }

    readonly void Normalise(float* heads, int count, float* gains)
    {
        for (var end = heads + count * Layout.HeadSize; heads < end; heads += Layout.HeadSize)
            RmsNorm.Apply(heads, gains, heads, Layout.HeadSize, NormEpsilon);
    }
}

/// <summary>Adds the biases of gate and up and joins them: silu(gate) · up, for each token.</summary>
unsafe struct GateJob : IParallelJob
{
    /// <summary>(tokens, inner).</summary>
    public float* Gate, Up, Output;

    /// <summary>(inner), or null for none.</summary>
    public float* GateBias, UpBias;
    public int Inner;

    public readonly void Execute(int worker, int first, int last)
    {
        for (var t = first; t < last; t++)
        {
            var at = (long)t * Inner;
            if (GateBias != null) Sums.Add(Gate + at, GateBias, Inner);
            if (UpBias != null) Sums.Add(Up + at, UpBias, Inner);
            SwiGlu.Apply(Gate + at, Up + at, Output + at, Inner);
        }
    }
}
