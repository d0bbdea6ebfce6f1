using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;
using CoderLsp.Kernels.Elementwise;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models.Attention;

/// <summary>
/// Wo · attention(rope(norm(Wq·n)), rope(norm(Wk·n)), Wv·n). Several heads of queries may share one of keys and values; biases and the
/// norms of heads are of some architectures only.
/// </summary>
sealed unsafe class GroupedAttention : AttentionBlock
{
    readonly ModelShape _shape;
    readonly Computing _compute;
    readonly Layer[] _layers;
    readonly Activations _attended = new();
    readonly NativeBuffer<float> _query = new(), _key = new(), _value = new();

    public GroupedAttention(WeightReader reader, ModelShape shape, KvType cacheType, Computing compute)
    {
        _shape = shape;
        _compute = compute;
        KvLayout = new(shape.LayerCount, shape.KvHeadCount, shape.HeadSize, shape.HeadSize, cacheType);
        _layers = [.. Enumerable.Range(0, shape.LayerCount).Select(i => new Layer(
            reader.Linear($"blk.{i}.attn_q", QueryWidth, shape.Width),
            reader.Linear($"blk.{i}.attn_k", KeyWidth, shape.Width),
            reader.Linear($"blk.{i}.attn_v", KeyWidth, shape.Width),
            shape.NormalisesHeads ? reader.Vector($"blk.{i}.attn_q_norm.weight", shape.HeadSize) : null,
            shape.NormalisesHeads ? reader.Vector($"blk.{i}.attn_k_norm.weight", shape.HeadSize) : null,
            reader.Linear($"blk.{i}.attn_output", shape.Width, QueryWidth)))];
    }

    public override KvLayout KvLayout { get; }

    int QueryWidth => _shape.HeadCount * _shape.HeadSize;

    int KeyWidth => _shape.KvHeadCount * _shape.HeadSize;

    public override void Run(int layer, in Batch batch, Activations normed, float* change)
    {
        var weights = _layers[layer];
        _query.EnsureLength((long)batch.Tokens * QueryWidth);
        _key.EnsureLength((long)batch.Tokens * KeyWidth);
        _value.EnsureLength((long)batch.Tokens * KeyWidth);
        _compute.Multiply(normed,
        [
            new Product(weights.Query.Matrix, (nint)_query.Data, QueryWidth), // q (tokens, heads, size)
            new Product(weights.Key.Matrix, (nint)_key.Data, KeyWidth),       // k (tokens, kv heads, size)
            new Product(weights.Value.Matrix, (nint)_value.Data, KeyWidth),   // v (tokens, kv heads, size)
        ]);
        var store = new RotateAndStoreJob
        {
            Query = _query.Data, Key = _key.Data, Value = _value.Data,
            QueryBias = weights.Query.BiasData, KeyBias = weights.Key.BiasData, ValueBias = weights.Value.BiasData,
            QueryNorm = weights.QueryNorm is null ? null : weights.QueryNorm.Data, KeyNorm = weights.KeyNorm is null ? null : weights.KeyNorm.Data,
            NormEpsilon = _shape.NormEpsilon, HeadCount = _shape.HeadCount, Layer = layer, FirstPosition = batch.FirstPosition,
            Rope = batch.Rope, Layout = KvLayout, Pages = batch.Pages,
        };
        _compute.ForTokens(ref store, batch.Tokens);

        _attended.Begin(batch.Tokens, QueryWidth); // (tokens, heads, size)
        _compute.Attention.Run(
            KvLayout, layer, HeadRows.ByToken(_query.Data, _shape.HeadCount, _shape.HeadSize), _shape.HeadCount,
            batch.Pages, batch.FirstPosition, batch.Tokens, HeadRows.ByToken(_attended.Values, _shape.HeadCount, _shape.HeadSize),
            1 / MathF.Sqrt(_shape.HeadSize));
        _compute.Multiply(_attended, new Product(weights.Output.Matrix, (nint)change, _shape.Width));
    }

    public override float* OutputBias(int layer) => _layers[layer].Output.BiasData;

    public override void Dispose()
    {
        _attended.Dispose();
        _query.Dispose();
        _key.Dispose();
        _value.Dispose();
    }

    /// <summary>Rows × columns: Q (heads · size, width), K and V (kv heads · size, width), Output (width, heads · size). The norms of heads (size) or null.</summary>
    sealed record Layer(Linear Query, Linear Key, Linear Value, NativeBuffer<float>? QueryNorm, NativeBuffer<float>? KeyNorm, Linear Output);
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
    public byte** Pages;

    public readonly void Execute(int worker, int first, int last)
    {
        int size = Layout.KeySize, queries = HeadCount * size, keys = Layout.Heads * size;
        for (var t = first; t < last; t++)
        {
            float* query = Query + (long)t * queries, key = Key + (long)t * keys, value = Value + (long)t * keys;
            if (QueryBias != null) Sums.Add(query, QueryBias, queries);
            if (KeyBias != null) Sums.Add(key, KeyBias, keys);
            if (ValueBias != null) Sums.Add(value, ValueBias, keys);

            if (QueryNorm != null) Normalise(query, HeadCount, QueryNorm);
            if (KeyNorm != null) Normalise(key, Layout.Heads, KeyNorm);

            var position = FirstPosition + t;
            Rope.Apply(query, HeadCount, size, position);
            Rope.Apply(key, Layout.Heads, size, position);

            var page = Pages[position / KvLayout.PageTokens];
            Layout.StoreKeys(key, page, Layer, position % KvLayout.PageTokens);
            Layout.StoreValues(value, page, Layer, position % KvLayout.PageTokens);
        }
    }

    readonly void Normalise(float* heads, int count, float* gains)
    {
        for (var end = heads + count * Layout.KeySize; heads < end; heads += Layout.KeySize)
            RmsNorm.Apply(heads, gains, heads, Layout.KeySize, NormEpsilon);
    }
}
