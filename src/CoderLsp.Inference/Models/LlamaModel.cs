using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.KvCache;
using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;
using CoderLsp.Kernels.Elementwise;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models;

/// <summary>
/// The forward pass of the llama family. One caller at a time. All buffers are kept between calls: nothing is allocated once a batch of the
/// same size has been seen.
/// </summary>
sealed unsafe class LlamaModel : IDisposable
{
    readonly LlamaWeights _weights;
    readonly ComputePool _pool;
    readonly MatMul _products;
    readonly Rope _rope;
    readonly Activations _normed = new(), _attended = new(), _gated = new();
    readonly NativeBuffer<float> _stream = new(), _change = new(), _query = new(), _key = new(), _value = new(), _gate = new(), _up = new(), _logits = new();

    public LlamaModel(GgufFile file, ModelShape shape, ComputePool pool)
    {
        Shape = shape;
        _pool = pool;
        _weights = new LlamaWeights(file, shape);
        _products = new MatMul(pool);
        _rope = new Rope(shape.RopePairing, shape.RopeDimensions, shape.RopeBase, shape.RopeFactor,
            _weights.RopeFactors?.Span(0, shape.RopeDimensions / 2).ToArray());
    }

    public ModelShape Shape { get; }

    /// <summary>What a sequence for this model looks like.</summary>
    public KvLayout KvLayout => new(Shape.LayerCount, Shape.KvHeadCount, Shape.HeadSize);

    int QueryWidth => Shape.HeadCount * Shape.HeadSize;

    int KeyWidth => Shape.KvHeadCount * Shape.HeadSize;

    /// <summary>Computes a batch that follows what <paramref name="sequence"/> holds, and appends it.</summary>
    /// <param name="tokens">Ids, at least one, each below the vocabulary's size.</param>
    /// <param name="logitRows">How many of the last tokens' logits are wanted; 0 for none.</param>
    /// <returns>(logitRows, vocabulary), valid until the next call.</returns>
    /// <exception cref="OperationCanceledException">Looked at between layers; the sequence is as before.</exception>
    public float* Forward(ReadOnlySpan<int> tokens, KvSequence sequence, int logitRows, CancellationToken cancellation)
    {
        sequence.Reserve(tokens.Length);
        MakeRoom(tokens.Length);
        var batch = new Batch(tokens.Length, sequence.Length, sequence.Pages, _rope.Prepare(sequence.Length + tokens.Length));

        for (var t = 0; t < tokens.Length; t++) // x (tokens, width)
            _weights.Embedding.Dequantize(tokens[t], _stream.Span((long)t * Shape.Width, Shape.Width));

        LlamaWeights.Linear? last = null; // whose product _change holds, still to be added to x
        for (var i = 0; i < Shape.LayerCount; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var layer = _weights.Layers[i];
            AddAndNormalise(last, layer.AttentionNorm, 0, batch.Tokens);
            Attend(layer, i, batch);
            AddAndNormalise(layer.Output, layer.FeedForwardNorm, 0, batch.Tokens);
            FeedForward(layer, batch);
            last = layer.Down;
        }

        sequence.Append(tokens);
        if (logitRows == 0) return null;

        AddAndNormalise(last, _weights.OutputNorm, batch.Tokens - logitRows, logitRows);
        _logits.EnsureLength((long)logitRows * Shape.Vocabulary);
        _products.Run(_normed, new Product(_weights.Output, (nint)_logits.Data, Shape.Vocabulary)); // (logitRows, vocabulary)
        return _logits.Data;
    }

    public void Dispose()
    {
        foreach (var activations in new[] { _normed, _attended, _gated }) activations.Dispose();
        foreach (var buffer in new[] { _stream, _change, _query, _key, _value, _gate, _up, _logits }) buffer.Dispose();
        _products.Dispose();
        _rope.Dispose();
        _weights.Dispose();
    }

    /// <summary>change = Wo · attention(rope(norm(Wq·n)), rope(norm(Wk·n)), Wv·n), where the norms of heads are of some architectures only.</summary>
    void Attend(LlamaWeights.Layer layer, int index, in Batch batch)
    {
        _products.Run(_normed,
        [
            new Product(layer.Query.Matrix, (nint)_query.Data, QueryWidth), // q (tokens, heads, size)
            new Product(layer.Key.Matrix, (nint)_key.Data, KeyWidth),       // k (tokens, kv heads, size)
            new Product(layer.Value.Matrix, (nint)_value.Data, KeyWidth),   // v (tokens, kv heads, size)
        ]);
        var rotate = new RotateAndStoreJob
        {
            Query = _query.Data, Key = _key.Data, Value = _value.Data,
            QueryBias = Data(layer.Query.Bias), KeyBias = Data(layer.Key.Bias), ValueBias = Data(layer.Value.Bias),
            QueryNorm = Data(layer.QueryNorm), KeyNorm = Data(layer.KeyNorm), NormEpsilon = Shape.RmsEpsilon,
            HeadCount = Shape.HeadCount, Layer = index, FirstPosition = batch.FirstPosition, Rope = batch.Rope, Layout = KvLayout, Pages = batch.Pages,
        };
        _pool.Run(ref rotate, batch.Tokens, Chunk(batch.Tokens));

        _attended.Begin(batch.Tokens, QueryWidth); // (tokens, heads, size)
        CausalAttention.Run(
            _pool, KvLayout, index, _query.Data, Shape.HeadCount, batch.Pages, batch.FirstPosition, batch.Tokens,
            _attended.Values, 1 / MathF.Sqrt(Shape.HeadSize));
        _products.Run(_attended, new Product(layer.Output.Matrix, (nint)_change.Data, Shape.Width));
    }

    /// <summary>change = Wdown · (silu(Wgate·n) · (Wup·n)).</summary>
    void FeedForward(LlamaWeights.Layer layer, in Batch batch)
    {
        var inner = Shape.FeedForward;
        _products.Run(_normed,
        [
            new Product(layer.Gate.Matrix, (nint)_gate.Data, inner), // (tokens, inner)
            new Product(layer.Up.Matrix, (nint)_up.Data, inner),
        ]);
        _gated.Begin(batch.Tokens, inner);
        var gate = new GateJob
        {
            Gate = _gate.Data, Up = _up.Data, Output = _gated.Values, GateBias = Data(layer.Gate.Bias), UpBias = Data(layer.Up.Bias), Inner = inner,
        };
        _pool.Run(ref gate, batch.Tokens, Chunk(batch.Tokens));
        _products.Run(_gated, new Product(layer.Down.Matrix, (nint)_change.Data, Shape.Width));
    }

    /// <summary>x += change + bias; n = norm(x), for some of the batch's tokens.</summary>
    void AddAndNormalise(LlamaWeights.Linear? change, NativeBuffer<float> gain, int firstToken, int tokens)
    {
        var offset = (long)firstToken * Shape.Width;
        _normed.Begin(tokens, Shape.Width);
        var job = new AddAndNormaliseJob
        {
            Stream = _stream.Data + offset, Change = change is null ? null : _change.Data + offset, Bias = Data(change?.Bias),
            Gain = gain.Data, Output = _normed.Values, Width = Shape.Width, Epsilon = Shape.RmsEpsilon,
        };
        _pool.Run(ref job, tokens, Chunk(tokens));
    }

    void MakeRoom(int tokens)
    {
        _stream.EnsureLength((long)tokens * Shape.Width);
        _change.EnsureLength((long)tokens * Shape.Width);
        _query.EnsureLength((long)tokens * QueryWidth);
        _key.EnsureLength((long)tokens * KeyWidth);
        _value.EnsureLength((long)tokens * KeyWidth);
        _gate.EnsureLength((long)tokens * Shape.FeedForward);
        _up.EnsureLength((long)tokens * Shape.FeedForward);
    }

    /// <summary>Tokens that a thread takes at a time: a few pieces a thread, one piece when there are few tokens.</summary>
    int Chunk(int tokens) => Math.Max(4, tokens / (4 * _pool.ThreadCount));

    static float* Data(NativeBuffer<float>? buffer) => buffer is null ? null : buffer.Data;

    readonly ref struct Batch(int tokens, int firstPosition, ushort** pages, RopeTable rope)
    {
        public readonly int Tokens = tokens, FirstPosition = firstPosition;
        public readonly ushort** Pages = pages;
        public readonly RopeTable Rope = rope;
    }
}
