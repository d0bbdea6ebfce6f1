using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>A format of blocks of 32 weights with one scale and one minimum: w = scale·u − minimum.</summary>
unsafe interface IBlock32<TSelf> : IBlockFormat<TSelf> where TSelf : unmanaged, IBlock32<TSelf>
{
    static abstract float Scale(TSelf* block);

    /// <summary>Asked for where u are unsigned; 0 otherwise.</summary>
    static abstract float Minimum(TSelf* block);
}

/// <summary>What follows for all formats of blocks of 32.</summary>
static unsafe class Block32<TBlock> where TBlock : unmanaged, IBlock32<TBlock>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales(TBlock* block, float* scales, float* minima)
    {
        *scales = TBlock.Scale(block);
        *minima = TBlock.Minimum(block);
    }

    /// <summary>Σ(scale·u − minimum)·x = scale·Σu·x − minimum·Σx, for each block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(TBlock* row, int blocks, in ActivationRow activations)
    {
        var sum = Vector256<float>.Zero;
        var minima = 0f;
        for (var b = 0; b < blocks; b++)
        {
            Vectors.PrefetchAfter(row + b);
            var u = TBlock.Unpack32(row + b, 0);
            var x = Vector256.Load(activations.Values + 32 * b);
            var products = TBlock.IsSigned ? Vectors.MultiplySigned(u.AsSByte(), x) : Avx2.MultiplyAddAdjacent(u, x);
            var scale = activations.Scales[b];
            sum = Fma.MultiplyAdd(
                Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(products, Vector256<short>.One)),
                Vector256.Create(TBlock.Scale(row + b) * scale), sum);
            if (!TBlock.IsSigned) minima += TBlock.Minimum(row + b) * scale * activations.Sums32[b];
        }

        return Vectors.Sum(sum) - minima;
    }
}
