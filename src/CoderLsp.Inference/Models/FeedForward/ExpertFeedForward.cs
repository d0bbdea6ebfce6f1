using System.Runtime.InteropServices;
using CoderLsp.Kernels;
using CoderLsp.Kernels.Elementwise;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models.FeedForward;

/// <summary>
/// Σ over a token's experts of weight · expert(n), and the shared block that all tokens use. The tokens' states are put into the order of
/// their experts, so that each expert's matrices are read once for all of its tokens, and those of unused ones not at all.
/// </summary>
sealed unsafe class ExpertFeedForward : FeedForwardBlock
{
    readonly ExpertShape _experts;
    readonly int _width;
    readonly Computing _compute;
    readonly Layer[] _layers;
    readonly GatedFeedForward? _shared;
    readonly Activations _routed = new(), _gated = new();
    readonly NativeBuffer<float> _logits = new(), _weights = new(), _gate = new(), _up = new(), _down = new();
    readonly NativeBuffer<int> _chosen = new(), _rows = new();
    readonly int[] _starts; // of each expert's rows; one more for the end
    readonly Product[] _products;

    public ExpertFeedForward(WeightReader reader, ModelShape shape, ExpertShape experts, Computing compute)
    {
        (_experts, _width, _compute) = (experts, shape.Width, compute);
        _starts = new int[experts.Count + 1];
        _products = new Product[2 * experts.Count];
        var layers = Enumerable.Range(experts.DenseLayers, shape.LayerCount - experts.DenseLayers).ToArray();
        _layers = [.. layers.Select(i => new Layer(
            reader.Matrix($"blk.{i}.ffn_gate_inp.weight", experts.Count, shape.Width),
            reader.TryVector($"blk.{i}.exp_probs_b.bias", experts.Count),
            Parts(reader, $"blk.{i}.ffn_gate_exps.weight", experts.FeedForward, shape.Width),
            Parts(reader, $"blk.{i}.ffn_up_exps.weight", experts.FeedForward, shape.Width),
            Parts(reader, $"blk.{i}.ffn_down_exps.weight", shape.Width, experts.FeedForward)))];
        if (experts.Shared > 0)
            _shared = new(compute, [.. layers.Select(i => GatedFeedForward.Layer.Read(reader, i, "_shexp", shape.Width, experts.Shared))], roundsFinely: false);
    }

    public override void Run(int layer, Activations normed, float* change)
    {
        layer -= _experts.DenseLayers;
        var weights = _layers[layer];
        int tokens = normed.Tokens, rows = tokens * _experts.Used;
        Route(weights, normed);
        Gather(normed);
        RunExperts(weights, rows);

        if (_shared is not null) _shared.Run(layer, normed, change);
        else NativeMemory.Clear(change, (nuint)tokens * (nuint)_width * sizeof(float));
        var combine = new CombineJob
        {
            Change = change, Down = _down.Data, Rows = _rows.Data, Weights = _weights.Data, Used = _experts.Used, Width = _width,
        };
        _compute.ForTokens(ref combine, tokens);
    }

    public override void Dispose()
    {
        _shared?.Dispose();
        _routed.Dispose();
        _gated.Dispose();
        foreach (var buffer in new[] { _logits, _weights, _gate, _up, _down }) buffer.Dispose();
        _chosen.Dispose();
        _rows.Dispose();
    }

    Matrix[] Parts(WeightReader reader, string name, int rows, int columns)
    {
        var all = reader.Matrix(name, _experts.Count * rows, columns);
        return [.. Enumerable.Range(0, _experts.Count).Select(e => all.Slice(e * rows, rows))];
    }

    /// <summary>chosen and weights (tokens, used).</summary>
    void Route(Layer layer, Activations normed)
    {
        var tokens = normed.Tokens;
        _logits.EnsureLength((long)tokens * _experts.Count);
        _chosen.EnsureLength((long)tokens * _experts.Used);
        _weights.EnsureLength((long)tokens * _experts.Used);
        _compute.Multiply(normed, new Product(layer.Router, (nint)_logits.Data, _experts.Count));
        var route = new ExpertRoutingJob
        {
            Logits = _logits.Data, ChoiceBias = layer.ChoiceBias is null ? null : layer.ChoiceBias.Data,
            Chosen = _chosen.Data, Weights = _weights.Data, Shape = _experts,
        };
        _compute.ForTokens(ref route, tokens);
    }

    /// <summary>rows (tokens, used): where each token's state stands among those of its experts; routed (rows, width): the states.</summary>
    void Gather(Activations normed)
    {
        var count = normed.Tokens * _experts.Used;
        _rows.EnsureLength(count);
        Array.Clear(_starts);
        for (var i = 0; i < count; i++) _starts[_chosen.Data[i] + 1]++;
        for (var e = 0; e < _experts.Count; e++) _starts[e + 1] += _starts[e];
        // Counts each expert's start up to its end, which is the next one's start; then all are moved on by one place.
        for (var i = 0; i < count; i++) _rows.Data[i] = _starts[_chosen.Data[i]]++;
        for (var e = _experts.Count; e > 0; e--) _starts[e] = _starts[e - 1];
        _starts[0] = 0;

        _routed.Begin(count, _width);
        var gather = new GatherJob { States = normed.Values, Rows = _rows.Data, Routed = _routed.Values, Used = _experts.Used, Width = _width };
        _compute.ForTokens(ref gather, normed.Tokens);
    }

    /// <summary>down (rows, width) = expert(routed), without the weights.</summary>
    void RunExperts(Layer layer, int rows)
    {
        var inner = _experts.FeedForward;
        _gate.EnsureLength((long)rows * inner);
        _up.EnsureLength((long)rows * inner);
        _down.EnsureLength((long)rows * _width);
        _gated.Begin(rows, inner);

        var count = 0;
        for (var e = 0; e < _experts.Count; e++)
            if (_starts[e + 1] > _starts[e])
            {
                _products[count++] = RowsOf(e, layer.Gate[e], _gate.Data);
                _products[count++] = RowsOf(e, layer.Up[e], _up.Data);
            }

        _compute.Multiply(_routed, _products.AsSpan(0, count));
        var gate = new GateJob { Gate = _gate.Data, Up = _up.Data, Output = _gated.Values, Inner = inner };
        _compute.ForTokens(ref gate, rows);

        count = 0;
        for (var e = 0; e < _experts.Count; e++)
            if (_starts[e + 1] > _starts[e]) _products[count++] = RowsOf(e, layer.Down[e], _down.Data);
        _compute.Multiply(_gated, _products.AsSpan(0, count));
    }

    Product RowsOf(int expert, Matrix matrix, float* output) => new(
        matrix, (nint)(output + (long)_starts[expert] * matrix.Rows), matrix.Rows, _starts[expert], _starts[expert + 1] - _starts[expert]);

    /// <summary>Rows × columns: Router (experts, width); of each expert Gate and Up (inner, width), Down (width, inner).</summary>
    sealed record Layer(Matrix Router, NativeBuffer<float>? ChoiceBias, Matrix[] Gate, Matrix[] Up, Matrix[] Down);

    /// <summary>Copies each token's state to the rows of its experts.</summary>
    struct GatherJob : IParallelJob
    {
        public float* States, Routed;
        public int* Rows;
        public int Used, Width;

        public readonly void Execute(int worker, int first, int last)
        {
            for (var t = first; t < last; t++)
                for (var i = 0; i < Used; i++)
                    new Span<float>(States + (long)t * Width, Width).CopyTo(new Span<float>(Routed + (long)Rows[t * Used + i] * Width, Width));
        }
    }

    /// <summary>change += Σ weight · what the token's experts gave.</summary>
    struct CombineJob : IParallelJob
    {
        public float* Change, Down, Weights;
        public int* Rows;
        public int Used, Width;

        public readonly void Execute(int worker, int first, int last)
        {
            for (var t = first; t < last; t++)
                for (var i = 0; i < Used; i++)
                    Sums.AddScaled(Change + (long)t * Width, Down + (long)Rows[t * Used + i] * Width, Weights[t * Used + i], Width);
        }
    }
}
