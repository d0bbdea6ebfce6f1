using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;
using CoderLsp.Kernels.Elementwise;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models.Attention;

/// <summary>
/// Multi-head latent attention. A token's cache entry is one vector for all heads, [norm(latent c) | rotated key r]; a head's key is
/// [Wk·c | r] and its value Wv·c. A prompt's keys and values are computed in full, each once for the many queries that meet them. In
/// decoding the projections are absorbed: q·(Wk·c) = (Wkᵀ·q)·c and Σ w·(Wv·c) = Wv·Σ w·c, so that the cache is read as it lies.
/// </summary>
sealed unsafe class LatentAttention : AttentionBlock
{
    // From so many tokens on, keys and values in full cost less than absorbed queries: they go through the fast products of integers.
    const int LeastTokensInFull = 32;

    readonly ModelShape _shape;
    readonly LatentShape _latent;
    readonly Computing _compute;
    readonly LatentWeights[] _layers;
    readonly Activations _queryLatent = new(), _plain = new(), _latents = new(), _attendedLatents = new(), _attended = new();
    readonly NativeBuffer<float> _queryDown = new(), _query = new(), _latentDown = new(), _absorbed = new(), _keys = new(), _values = new();
    readonly NativeBuffer<byte> _full = new();
    readonly NativeBuffer<nint> _fullPages = new();
    readonly Product[] _perHead;

    public LatentAttention(WeightReader reader, ModelShape shape, LatentShape latent, Computing compute)
    {
        (_shape, _latent, _compute) = (shape, latent, compute);
        KvLayout = new(shape.LayerCount, 1, EntrySize, latent.Rank, KvType.F16, ValuesInKeys: true);
        _layers = [.. Enumerable.Range(0, shape.LayerCount).Select(i => LatentWeights.Read(reader, i, shape, latent, compute.Pool))];
        _perHead = new Product[2 * shape.HeadCount];
    }

    public override KvLayout KvLayout { get; }

    int Heads => _shape.HeadCount;

    /// <summary>Values of a head's queries and keys, the rotated ones last.</summary>
    int HeadSize => _shape.HeadSize;

    /// <summary>Values of a cache entry.</summary>
    int EntrySize => _latent.Rank + _latent.RotatedSize;

    /// <summary>Keys and values in full, of one layer.</summary>
    KvLayout FullLayout => new(1, Heads, HeadSize, _latent.ValueSize, KvType.F16);

    public override void Run(int layer, in Batch batch, Activations normed, float* change)
    {
        var weights = _layers[layer];
        var tokens = batch.Tokens;
        Project(weights, normed, tokens);
        var absorbs = tokens < LeastTokensInFull || batch.FirstPosition + tokens > LatentShape.MostPositionsInFull;
        if (absorbs)
        {
            _plain.Begin(tokens * Heads, _latent.PlainSize, _shape.RoundsFinely); // (heads, tokens, plain)
            _absorbed.EnsureLength((long)tokens * Heads * EntrySize);
        }

        var store = new StoreLatentJob
        {
            Query = _query.Data, Latent = _latentDown.Data, Gain = weights.LatentNorm.Data, Epsilon = _shape.NormEpsilon, Shape = _latent, Heads = Heads,
            Plain = absorbs ? _plain.Values : null, Absorbed = _absorbed.Data, Tokens = tokens, Layer = layer, FirstPosition = batch.FirstPosition,
            Rope = batch.Rope, Layout = KvLayout, Pages = batch.Pages,
        };
        _compute.ForTokens(ref store, tokens);

        _attended.Begin(tokens, Heads * _latent.ValueSize, _shape.RoundsFinely); // (tokens, heads, value)
        if (absorbs) AttendAbsorbed(weights, layer, batch);
        else AttendInFull(weights, layer, batch);
        _compute.Multiply(_attended, new Product(weights.Output, (nint)change, _shape.Width));
    }

    public override void Dispose()
    {
        foreach (var activations in new[] { _queryLatent, _plain, _latents, _attendedLatents, _attended }) activations.Dispose();
        foreach (var buffer in new[] { _queryDown, _query, _latentDown, _absorbed, _keys, _values }) buffer.Dispose();
        _full.Dispose();
        _fullPages.Dispose();
    }

    /// <summary>query (tokens, heads, plain + rotated) and latentDown (tokens, rank + rotated) from the state.</summary>
    void Project(LatentWeights weights, Activations normed, int tokens)
    {
        _query.EnsureLength((long)tokens * Heads * HeadSize);
        _latentDown.EnsureLength((long)tokens * EntrySize);
        var latent = new Product(weights.LatentDown, (nint)_latentDown.Data, EntrySize);
        if (weights.QueryDown is not { } down)
        {
            _compute.Multiply(normed, [new Product(weights.QueryUp, (nint)_query.Data, Heads * HeadSize), latent]);
            return;
        }

        _queryDown.EnsureLength((long)tokens * down.Rows);
        _compute.Multiply(normed, [new Product(down, (nint)_queryDown.Data, down.Rows), latent]);
        _queryLatent.Begin(tokens, down.Rows, _shape.RoundsFinely);
        var normalise = new NormaliseJob
        {
            Input = _queryDown.Data, Gain = weights.QueryNorm!.Data, Output = _queryLatent.Values, Width = down.Rows, Epsilon = _shape.NormEpsilon,
        };
        _compute.ForTokens(ref normalise, tokens);
        _compute.Multiply(_queryLatent, new Product(weights.QueryUp, (nint)_query.Data, Heads * HeadSize));
    }

    void AttendAbsorbed(LatentWeights weights, int layer, in Batch batch)
    {
        var tokens = batch.Tokens;
        for (var h = 0; h < Heads; h++)
            _perHead[h] = new(weights.KeyUpTransposed[h], (nint)(_absorbed.Data + (long)h * EntrySize), Heads * EntrySize, h * tokens, tokens);
        _compute.Multiply(_plain, _perHead.AsSpan(0, Heads));

        _attendedLatents.Begin(tokens * Heads, _latent.Rank, _shape.RoundsFinely); // (heads, tokens, rank)
        _compute.Attention.Run(
            KvLayout, layer, HeadRows.ByToken(_absorbed.Data, Heads, EntrySize), Heads, batch.Pages, batch.FirstPosition, tokens,
            HeadRows.ByHead(_attendedLatents.Values, tokens, _latent.Rank), _latent.ScoreScale);
        for (var h = 0; h < Heads; h++)
            _perHead[h] = new(weights.ValueUp[h], (nint)(_attended.Values + h * _latent.ValueSize), Heads * _latent.ValueSize, h * tokens, tokens);
        _compute.Multiply(_attendedLatents, _perHead.AsSpan(0, Heads));
    }

    void AttendInFull(LatentWeights weights, int layer, in Batch batch)
    {
        var positions = batch.FirstPosition + batch.Tokens;
        ReserveFull(positions);
        for (var first = 0; first < positions; first += LatentShape.PositionsAtOnce)
        {
            var count = Math.Min(LatentShape.PositionsAtOnce, positions - first);
            _latents.Begin(count, _latent.Rank, _shape.RoundsFinely);
            _keys.EnsureLength((long)count * Heads * HeadSize);
            _values.EnsureLength((long)count * Heads * _latent.ValueSize);
            var load = new LoadLatentsJob
            {
                Pages = batch.Pages, Layout = KvLayout, Layer = layer, FirstPosition = first, Shape = _latent, Heads = Heads,
                Latents = _latents.Values, Keys = _keys.Data,
            };
            _compute.ForTokens(ref load, count);
            for (var h = 0; h < Heads; h++)
            {
                _perHead[2 * h] = new(weights.KeyUp[h], (nint)(_keys.Data + h * HeadSize), Heads * HeadSize);
                _perHead[2 * h + 1] = new(weights.ValueUp[h], (nint)(_values.Data + h * _latent.ValueSize), Heads * _latent.ValueSize);
            }

            _compute.Multiply(_latents, _perHead);
            var store = new StoreFullJob { Keys = _keys.Data, Values = _values.Data, FirstPosition = first, Layout = FullLayout, Pages = (byte**)_fullPages.Data };
            _compute.ForTokens(ref store, count);
        }

        _compute.Attention.Run(
            FullLayout, 0, HeadRows.ByToken(_query.Data, Heads, HeadSize), Heads, (byte**)_fullPages.Data, batch.FirstPosition, batch.Tokens,
            HeadRows.ByToken(_attended.Values, Heads, _latent.ValueSize), _latent.ScoreScale);
    }

    void ReserveFull(int positions)
    {
        var pages = (positions + KvLayout.PageTokens - 1) / KvLayout.PageTokens;
        if (pages <= _fullPages.Length) return;
        pages = Math.Min(Math.Max(16, 2 * pages), LatentShape.MostPositionsInFull / KvLayout.PageTokens);
        _full.EnsureLength(pages * FullLayout.PageBytes);
        _fullPages.EnsureLength(pages);
        for (var i = 0; i < pages; i++) _fullPages.Data[i] = (nint)(_full.Data + i * FullLayout.PageBytes);
    }
}
