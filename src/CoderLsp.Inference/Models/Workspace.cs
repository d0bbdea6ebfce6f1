using CoderLsp.Kernels;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models;

/// <summary>
/// What a forward pass holds from block to block. A pass that is interrupted between blocks goes on with its own, while the others' passes
/// use theirs; buffers inside of a block are common.
/// </summary>
sealed class Workspace : IDisposable
{
    /// <summary>(tokens, width) the residual stream x, and what is still to be added to it.</summary>
    public NativeBuffer<float> Stream { get; } = new();

    /// <inheritdoc cref="Stream"/>
    public NativeBuffer<float> Change { get; } = new();

    /// <summary>(tokens, width) norm(x), the input of the next block.</summary>
    public Activations Normed { get; } = new();

    /// <summary>(rows, vocabulary).</summary>
    public NativeBuffer<float> Logits { get; } = new();

    public void Dispose()
    {
        Stream.Dispose();
        Change.Dispose();
        Normed.Dispose();
        Logits.Dispose();
    }
}
