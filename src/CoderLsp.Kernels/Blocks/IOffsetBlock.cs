using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>A format of 256 weights whose minima follow from the scales: w = factor·scale[g]·(u − offset).</summary>
unsafe interface IOffsetBlock<TSelf> : IBlock256<TSelf> where TSelf : unmanaged, IOffsetBlock<TSelf>
{
    /// <summary>The u of weight 0; 0 where u are signed.</summary>
    static abstract int Offset { get; }

    /// <summary>The whole-number scale of a group.</summary>
    static abstract int Scale(TSelf* block, int group);
}

/// <summary>What follows for all formats with an offset.</summary>
static unsafe class OffsetBlock<TBlock> where TBlock : unmanaged, IOffsetBlock<TBlock>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scales(TBlock* block, float* scales, float* minima)
    {
        var factor = TBlock.Factor(block);
        for (var g = 0; g < 256 / TBlock.GroupSize; g++)
        {
            scales[g] = factor * TBlock.Scale(block, g);
            minima[g] = TBlock.Offset * scales[g];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Minima(TBlock* block, Vector256<short> scales, float* sums)
    {
        var weighed = TBlock.GroupSize == 16 ? GroupScale.Weigh16(scales, sums) : GroupScale.Weigh8(scales, sums);
        return weighed * Vector256.Create(TBlock.Offset * TBlock.Factor(block));
    }
}
