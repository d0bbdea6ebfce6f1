using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>A format of 256 weights whose minima follow from the scales: w = factor·scale[g]·(u − offset).</summary>
unsafe interface IOffsetBlock<TSelf> : IBlock256<TSelf> where TSelf : unmanaged, IOffsetBlock<TSelf>
{
    /// <summary>The whole-number scale of a group.</summary>
    static abstract int Scale(TSelf* block, int group);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void IBlockFormat<TSelf>.Scales(TSelf* block, float* scales, float* minima)
    {
        var factor = TSelf.Factor(block);
        for (var g = 0; g < 256 / TSelf.GroupSize; g++)
        {
            scales[g] = factor * TSelf.Scale(block, g);
            minima[g] = TSelf.Offset * scales[g];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<short> IBlock256<TSelf>.GroupMinima(TSelf* block, Vector256<short> scales) =>
        scales * Vector256.Create((short)(TSelf.IsSigned ? TSelf.Largest : TSelf.Offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float IBlock256<TSelf>.MinimumFactor(TSelf* block) => TSelf.Factor(block);
}
