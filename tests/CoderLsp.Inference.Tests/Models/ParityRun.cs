using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Models;
using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.Tests.Models;

/// <summary>A small model, and how far its distributions are from the expected ones.</summary>
sealed unsafe class ParityRun : IDisposable
{
    readonly GgufFile _file;
    readonly ComputePool _pool = new(2);
    readonly Transformer _model;
    readonly KvTree _cache;
    readonly Workspace _workspace = new();

    public ParityRun(string path, KvType cacheType = KvType.Q8)
    {
        _file = GgufFile.Open(path);
        _model = new Transformer(_file, ModelShapeReader.Read(_file), _pool, cacheType);
        _cache = new KvTree(_model.KvLayout, int.MaxValue);
        Sequence = new KvSequence(_cache, isShared: false);
    }

    public KvSequence Sequence { get; }

    /// <inheritdoc cref="Transformer.ExactBatch"/>
    public int ExactBatch => _model.ExactBatch;

    /// <summary>How often threads have waited for each other.</summary>
    public int Barriers => _pool.Loops;

    public void Prefill(int[] tokens, CancellationToken cancellation = default) => _model.Forward(tokens, Sequence, 0, _workspace, cancellation);

    /// <summary>KL(expected ‖ ours) over the positions from <paramref name="cached"/> on.</summary>
    public double MeanDivergence(int chunk, int cached, float[] expected)
    {
        Sequence.Truncate(cached);
        return MeanDivergence(expected.AsSpan(cached * _model.Shape.Vocabulary), LogProbabilities(ParityFixtures.Tokens.AsSpan(cached), chunk));
    }

    /// <summary>KL(expected ‖ actual), the mean over their positions.</summary>
    public double MeanDivergence(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        actual.Length.ShouldBe(expected.Length);
        var divergence = 0.0;
        for (var i = 0; i < expected.Length; i++) divergence += Math.Exp(expected[i]) * ((double)expected[i] - actual[i]);
        // NaN is below every bar for Shouldly.
        double.IsFinite(divergence).ShouldBeTrue();
        return divergence / (expected.Length / _model.Shape.Vocabulary);
    }

    /// <summary>Appends tokens to the sequence, so many at once.</summary>
    /// <returns>(tokens, vocabulary) natural-log probabilities of what follows each.</returns>
    public float[] LogProbabilities(ReadOnlySpan<int> tokens, int chunk)
    {
        var vocabulary = _model.Shape.Vocabulary;
        var all = new float[tokens.Length * vocabulary];
        for (var start = 0; start < tokens.Length; start += chunk)
        {
            var batch = tokens.Slice(start, Math.Min(chunk, tokens.Length - start));
            var logits = _model.Forward(batch, Sequence, batch.Length, _workspace, default);
            for (var t = 0; t < batch.Length; t++)
                LogSoftmax(new(logits + t * vocabulary, vocabulary), all.AsSpan((start + t) * vocabulary, vocabulary));
        }

        return all;
    }

    public void Dispose()
    {
        Sequence.Dispose();
        _cache.Dispose();
        _workspace.Dispose();
        _model.Dispose();
        _pool.Dispose();
        _file.Dispose();
    }

    static void LogSoftmax(ReadOnlySpan<float> logits, Span<float> result)
    {
        double max = float.NegativeInfinity, total = 0;
        foreach (var logit in logits) max = Math.Max(max, logit);
        foreach (var logit in logits) total += Math.Exp(logit - max);
        for (var i = 0; i < logits.Length; i++) result[i] = (float)(logits[i] - max - Math.Log(total));
    }
}
