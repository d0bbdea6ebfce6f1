using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Models.Attention;
using CoderLsp.Inference.Models.FeedForward;
using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;
using CoderLsp.Kernels.Elementwise;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models;

/// <summary>
/// The forward pass: an embedding, layers of attention and feed-forward blocks around a residual stream, logits. For one thread.
/// All buffers are kept between calls: nothing is allocated once a batch of the same size has been seen.
/// </summary>
sealed unsafe class Transformer : IDisposable
{
    readonly WeightReader _weights;
    readonly Computing _compute;
    readonly Matrix _embedding, _output; // (vocabulary, width) both; the same where they are tied
    readonly Norm _outputNorm;
    readonly (Norm Attention, Norm FeedForward)[] _norms;
    readonly Rope _rope;
    readonly AttentionBlock _attention;
    readonly FeedForwardBlock[] _feedForward; // of each layer

    public Transformer(GgufFile file, ModelShape shape, ComputePool pool, KvType cacheType) : this(new WeightReader(file), shape, pool, cacheType) { }

    Transformer(WeightReader weights, ModelShape shape, ComputePool pool, KvType cacheType)
    {
        Shape = shape;
        _weights = weights;
        _compute = new Computing(pool, new MatMul(pool), new CausalAttention(pool));
        try
        {
            _embedding = _weights.Matrix("token_embd.weight", shape.Vocabulary, shape.Width);
            _output = _weights.TryMatrix("output.weight", shape.Vocabulary, shape.Width) ?? _embedding;
            _outputNorm = _weights.Norm("output_norm", shape.Width, shape);
            _norms = [.. Enumerable.Range(0, shape.LayerCount).Select(i =>
                (_weights.Norm($"blk.{i}.attn_norm", shape.Width, shape), _weights.Norm($"blk.{i}.ffn_norm", shape.Width, shape)))];
            _attention = shape.Latent is { } latent ? new LatentAttention(_weights, shape, latent, _compute) : new GroupedAttention(_weights, shape, cacheType, _compute);
            _feedForward = FeedForwardBlock.ForLayers(_weights, shape, _compute);
            _rope = new Rope(shape.Rope.Pairing, Frequencies(shape.Rope), shape.Rope.Yarn?.Magnitude ?? 1);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Looks whether all tensors are there, of the sizes and types that the model needs.</summary>
    /// <exception cref="GgufException">One is not.</exception>
    public static void Check(GgufFile file, ModelShape shape)
    {
        using var pool = new ComputePool(1);
        using var _ = new Transformer(new WeightReader(file) { ChecksOnly = true }, shape, pool, KvType.Q8);
    }

    public ModelShape Shape { get; }

    /// <summary>What a sequence for this model looks like.</summary>
    public KvLayout KvLayout => _attention.KvLayout;

    /// <inheritdoc cref="ModelShape.PromptChunk"/>
    public int PromptChunk => ModelShape.PromptChunk(Shape.Experts is not null);

    /// <summary>
    /// Most tokens that give the same bits together as one by one: the products for few tokens compute each by itself, those for many do not.
    /// </summary>
    public int ExactBatch => Shape.RoundsFinely ? _weights.FewTokensLimit / 2 : _weights.FewTokensLimit;

    /// <summary>Called between blocks; may run other passes, with workspaces of their own.</summary>
    public Action? BetweenBlocks { get; set; }

    /// <summary>Computes a batch that follows what <paramref name="sequence"/> holds, and appends it.</summary>
    /// <param name="tokens">Ids, at least one, each below the vocabulary's size.</param>
    /// <param name="logitRows">How many of the last tokens' logits are wanted; 0 for none.</param>
    /// <returns>(logitRows, vocabulary) in the workspace, valid until its next use.</returns>
    /// <exception cref="OperationCanceledException">Looked at between products; the sequence is as before. Or it was abandoned.</exception>
    public float* Forward(ReadOnlySpan<int> tokens, KvSequence sequence, int logitRows, Workspace work, CancellationToken cancellation)
    {
        sequence.Reserve(tokens.Length);
        work.Stream.EnsureLength((long)tokens.Length * Shape.Width);
        work.Change.EnsureLength((long)tokens.Length * Shape.Width);
        for (var t = 0; t < tokens.Length; t++) // x (tokens, width)
            _embedding.Dequantize(tokens[t], work.Stream.Span((long)t * Shape.Width, Shape.Width));

        // The product that is in Change is added to x when the next norm is taken.
        var change = work.Change.Data;
        AddAndNormalise(work, null, null, _norms[0].Attention, 0, tokens.Length, Shape.RoundsFinely);
        for (var i = 0; i < Shape.LayerCount; i++)
        {
            GiveWay(sequence, cancellation);
            // The rotations' table may be another one after others.
            var batch = new Batch(tokens.Length, sequence.Length, sequence.Pages, _rope.Prepare(sequence.Length + tokens.Length));
            _attention.Run(i, batch, work.Normed, change);
            AddAndNormalise(work, change, _attention.OutputBias(i), _norms[i].FeedForward, 0, tokens.Length, _feedForward[i].RoundsFinely);
            GiveWay(sequence, cancellation);
            _feedForward[i].Run(i, work.Normed, change);
            if (i + 1 < Shape.LayerCount) AddAndNormalise(work, change, _feedForward[i].OutputBias(i), _norms[i + 1].Attention, 0, tokens.Length, Shape.RoundsFinely);
        }

        if (logitRows > 0)
        {
            var last = Shape.LayerCount - 1;
            AddAndNormalise(work, change, _feedForward[last].OutputBias(last), _outputNorm, tokens.Length - logitRows, logitRows, fine: false);
            work.Logits.EnsureLength((long)logitRows * Shape.Vocabulary);
            _compute.Multiply(work.Normed, new Product(_output, (nint)work.Logits.Data, Shape.Vocabulary)); // (logitRows, vocabulary)
        }

        sequence.Append(tokens);
        return logitRows > 0 ? work.Logits.Data : null;
    }

    public void Dispose()
    {
        foreach (var block in (_feedForward ?? []).Distinct()) block.Dispose();
        _attention?.Dispose();
        _rope?.Dispose();
        _compute.Products.Dispose();
        _compute.Attention.Dispose();
        _weights.Dispose();
    }

    void GiveWay(KvSequence sequence, CancellationToken cancellation)
    {
        BetweenBlocks?.Invoke();
        if (sequence.IsAbandoned) throw new OperationCanceledException();
        _compute.Cancellation = cancellation; // the others had theirs
    }

    /// <summary>x += change + bias; n = norm(x), for some of the batch's tokens.</summary>
    void AddAndNormalise(Workspace work, float* change, float* changeBias, Norm norm, int firstToken, int tokens, bool fine)
    {
        var offset = (long)firstToken * Shape.Width;
        work.Normed.Begin(tokens, Shape.Width, fine);
        var job = new AddAndNormaliseJob
        {
            Stream = work.Stream.Data + offset, Change = change == null ? null : change + offset, ChangeBias = changeBias,
            Gain = norm.Gain.Data, NormBias = norm.Bias is null ? null : norm.Bias.Data, Output = work.Normed.Values, Width = Shape.Width, Epsilon = norm.Epsilon,
        };
        _compute.ForTokens(ref job, tokens);
    }

    double[] Frequencies(RopeShape rope)
    {
        if (rope.Yarn is { } yarn) return RopeFrequencies.Yarn(rope.Dimensions, rope.Base, rope.Factor, yarn.OriginalContext);
        var divisors = _weights.TryVector("rope_freqs.weight", rope.Dimensions / 2); // llama 3
        return RopeFrequencies.Linear(rope.Dimensions, rope.Base, rope.Factor, divisors is null ? [] : divisors.Span(0, rope.Dimensions / 2));
    }
}
