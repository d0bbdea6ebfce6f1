using CoderLsp.Kernels;
using CoderLsp.Kernels.Elementwise;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models.FeedForward;

/// <summary>Wdown · (silu(Wgate·n) · (Wup·n)).</summary>
sealed unsafe class GatedFeedForward(Computing compute, GatedFeedForward.Layer[] layers, bool roundsFinely) : FeedForwardBlock
{
    readonly Activations _gated = new();
    readonly NativeBuffer<float> _gate = new(), _up = new();

    /// <summary>The dense blocks of the first layers.</summary>
    public static GatedFeedForward OfLayers(WeightReader reader, ModelShape shape, Computing compute, int count) =>
        new(compute, [.. Enumerable.Range(0, count).Select(i => Layer.Read(reader, i, "", shape.Width, shape.FeedForward))], shape.RoundsFinely);

    public override bool RoundsFinely => roundsFinely;

    public override void Run(int layer, Activations normed, float* change)
    {
        var (gate, up, down) = layers[layer];
        int tokens = normed.Tokens, inner = gate.Matrix.Rows;
        _gate.EnsureLength((long)tokens * inner);
        _up.EnsureLength((long)tokens * inner);
        compute.Multiply(normed, [new Product(gate.Matrix, (nint)_gate.Data, inner), new Product(up.Matrix, (nint)_up.Data, inner)]);
        _gated.Begin(tokens, inner, roundsFinely);
        var job = new GateJob
        {
            Gate = _gate.Data, Up = _up.Data, Output = _gated.Values, GateBias = gate.BiasData, UpBias = up.BiasData, Inner = inner,
        };
        compute.ForTokens(ref job, tokens);
        compute.Multiply(_gated, new Product(down.Matrix, (nint)change, down.Matrix.Rows));
    }

    public override float* OutputBias(int layer) => layers[layer].Down.BiasData;

    public override void Dispose()
    {
        _gated.Dispose();
        _gate.Dispose();
        _up.Dispose();
    }

    /// <summary>Rows × columns: Gate and Up (inner, width), Down (width, inner).</summary>
    internal sealed record Layer(Linear Gate, Linear Up, Linear Down)
    {
        /// <param name="suffix">Of the tensors' names.</param>
        public static Layer Read(WeightReader reader, int layer, string suffix, int width, int inner) => new(
            reader.Linear($"blk.{layer}.ffn_gate{suffix}", inner, width),
            reader.Linear($"blk.{layer}.ffn_up{suffix}", inner, width),
            reader.Linear($"blk.{layer}.ffn_down{suffix}", width, inner));
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
