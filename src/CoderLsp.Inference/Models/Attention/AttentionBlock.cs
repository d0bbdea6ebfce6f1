using CoderLsp.Kernels.Attention;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models.Attention;

/// <summary>The attention of all layers of a model: their weights, and buffers that the layers share.</summary>
abstract unsafe class AttentionBlock : IDisposable
{
    /// <summary>What it keeps of a text.</summary>
    public abstract KvLayout KvLayout { get; }

    /// <summary>Puts the batch's keys and values into the cache and computes what it finds there, without the output's bias.</summary>
    /// <param name="normed">(tokens, width).</param>
    /// <param name="change">(tokens, width).</param>
    public abstract void Run(int layer, in Batch batch, Activations normed, float* change);

    /// <summary>(width) still to be added to the change, or null.</summary>
    public virtual float* OutputBias(int layer) => null;

    public abstract void Dispose();
}
