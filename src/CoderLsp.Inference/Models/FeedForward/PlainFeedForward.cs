using CoderLsp.Kernels;
using CoderLsp.Kernels.Elementwise;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models.FeedForward;

/// <summary>Wdown · gelu(Wup·n).</summary>
sealed unsafe class PlainFeedForward : FeedForwardBlock
{
    readonly Computing _compute;
    readonly (Linear Up, Linear Down)[] _layers; // Up (inner, width), Down (width, inner)
    readonly Activations _active = new();
    readonly NativeBuffer<float> _up = new();

    public PlainFeedForward(WeightReader reader, ModelShape shape, Computing compute)
    {
        _compute = compute;
        _layers = [.. Enumerable.Range(0, shape.LayerCount).Select(i => (
            reader.Linear($"blk.{i}.ffn_up", shape.FeedForward, shape.Width), reader.Linear($"blk.{i}.ffn_down", shape.Width, shape.FeedForward)))];
    }

    public override void Run(int layer, Activations normed, float* change)
    {
        var (up, down) = _layers[layer];
        int tokens = normed.Tokens, inner = up.Matrix.Rows;
        _up.EnsureLength((long)tokens * inner);
        _compute.Multiply(normed, new Product(up.Matrix, (nint)_up.Data, inner));
        _active.Begin(tokens, inner);
        var job = new GeluJob { Input = _up.Data, Bias = up.BiasData, Output = _active.Values, Inner = inner };
        _compute.ForTokens(ref job, tokens);
        _compute.Multiply(_active, new Product(down.Matrix, (nint)change, down.Matrix.Rows));
    }

    public override float* OutputBias(int layer) => _layers[layer].Down.BiasData;

    public override void Dispose()
    {
        _active.Dispose();
        _up.Dispose();
    }

    struct GeluJob : IParallelJob
    {
        /// <summary>(tokens, inner).</summary>
        public float* Input, Output;

        /// <summary>(inner), or null for none.</summary>
        public float* Bias;
        public int Inner;

        public readonly void Execute(int worker, int first, int last)
        {
            for (var t = first; t < last; t++)
            {
                var at = (long)t * Inner;
                if (Bias != null) Sums.Add(Input + at, Bias, Inner);
                Gelu.Apply(Input + at, Output + at, Inner);
            }
        }
    }
}
