using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models.FeedForward;

/// <summary>The feed-forward blocks of some layers of a model: their weights, and buffers that the layers share.</summary>
abstract unsafe class FeedForwardBlock : IDisposable
{
    /// <summary>The block of each layer; layers of one kind share theirs.</summary>
    public static FeedForwardBlock[] ForLayers(WeightReader reader, ModelShape shape, Computing compute)
    {
        var dense = shape.Experts?.DenseLayers ?? shape.LayerCount;
        FeedForwardBlock first = shape.HasPlainFeedForward ? new PlainFeedForward(reader, shape, compute)
            : GatedFeedForward.OfLayers(reader, shape, compute, dense);
        if (shape.Experts is not { } experts) return [.. Enumerable.Repeat(first, dense)];
        var rest = new ExpertFeedForward(reader, shape, experts, compute);
        return [.. Enumerable.Repeat(first, dense), .. Enumerable.Repeat<FeedForwardBlock>(rest, shape.LayerCount - dense)];
    }

    /// <summary>Whether its input is to be rounded to more bits, see <see cref="ModelShape.RoundsFinely"/>.</summary>
    public virtual bool RoundsFinely => false;

    /// <summary>Computes the block without the output's bias.</summary>
    /// <param name="normed">(tokens, width).</param>
    /// <param name="change">(tokens, width).</param>
    public abstract void Run(int layer, Activations normed, float* change);

    /// <summary>(width) still to be added to the change, or null.</summary>
    public virtual float* OutputBias(int layer) => null;

    public abstract void Dispose();
}
