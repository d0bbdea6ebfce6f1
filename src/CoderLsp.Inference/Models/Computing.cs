using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;
using CoderLsp.Kernels.Elementwise;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models;

/// <summary>What the blocks of a model compute with.</summary>
sealed record Computing(ComputePool Pool, MatMul Products, CausalAttention Attention)
{
    /// <summary>Of the forward pass that computes at this moment.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Products that share their input.</summary>
    /// <exception cref="OperationCanceledException">Those of a prompt's chunk take long: it is looked at several times in each.</exception>
    public void Multiply(Activations x, params ReadOnlySpan<Product> products) => Products.Run(x, products, Cancellation);

    /// <summary>Runs a job over tokens: a few pieces a thread, one piece when there are few tokens.</summary>
    public void ForTokens<TJob>(ref TJob job, int tokens) where TJob : unmanaged, IParallelJob =>
        Pool.Run(ref job, tokens, Math.Max(4, tokens / (4 * Pool.ThreadCount)));
}

/// <summary>Tokens that go through the layers together, behind what the sequence holds.</summary>
/// <param name="pages">The sequence's pages, with room for the batch.</param>
readonly unsafe ref struct Batch(int tokens, int firstPosition, byte** pages, RopeTable rope)
{
    public readonly int Tokens = tokens, FirstPosition = firstPosition;
    public readonly byte** Pages = pages;
    public readonly RopeTable Rope = rope;
}
