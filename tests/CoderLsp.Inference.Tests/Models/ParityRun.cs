using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Models;
using CoderLsp.Kernels;

namespace CoderLsp.Inference.Tests.Models;

/// <summary>A small model, and how far its distributions are from the expected ones.</summary>
sealed unsafe class ParityRun : IDisposable
{
    readonly GgufFile _file;
    readonly ComputePool _pool = new(2);
    readonly Transformer _model;
    readonly KvPagePool _pages;

    public ParityRun(string path)
    {
        _file = GgufFile.Open(path);
        _model = new Transformer(_file, ModelShapeReader.Read(_file), _pool);
        _pages = new KvPagePool(_model.KvLayout);
        Sequence = new KvSequence(_pages);
    }

    public KvSequence Sequence { get; }

    public void Prefill(int[] tokens, CancellationToken cancellation = default) => _model.Forward(tokens, Sequence, 0, cancellation);

    /// <summary>KL(expected ‖ ours) over the positions from <paramref name="cached"/> on.</summary>
    public double MeanDivergence(int chunk, int cached, float[] expected)
    {
        Sequence.Truncate(cached);
        Sequence.CommonPrefix(ParityFixtures.Tokens).ShouldBe(cached);
        double sum = 0;
        for (var start = cached; start < ParityFixtures.Tokens.Length; start += chunk)
        {
            var batch = ParityFixtures.Tokens.AsSpan(start, Math.Min(chunk, ParityFixtures.Tokens.Length - start));
            var logits = _model.Forward(batch, Sequence, batch.Length, default);
            for (var t = 0; t < batch.Length; t++)
                sum += Divergence(expected.AsSpan((start + t) * _model.Shape.Vocabulary, _model.Shape.Vocabulary),
                    new ReadOnlySpan<float>(logits + t * _model.Shape.Vocabulary, _model.Shape.Vocabulary));
        }

        return sum / (ParityFixtures.Tokens.Length - cached);
    }

    public void Dispose()
    {
        Sequence.Dispose();
        _pages.Dispose();
        _model.Dispose();
        _pool.Dispose();
        _file.Dispose();
    }

    static double Divergence(ReadOnlySpan<float> expectedLog, ReadOnlySpan<float> logits)
    {
        double max = float.NegativeInfinity, total = 0, divergence = 0;
        foreach (var logit in logits) max = Math.Max(max, logit);
        foreach (var logit in logits) total += Math.Exp(logit - max);
        for (var i = 0; i < logits.Length; i++)
            divergence += Math.Exp(expectedLog[i]) * (expectedLog[i] - (logits[i] - max - Math.Log(total)));
        return divergence;
    }
}
