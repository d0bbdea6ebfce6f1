using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>A format of blocks of 32 weights with one scale and one minimum: w = scale·u − minimum.</summary>
unsafe interface IBlock32<TSelf> : IBlockFormat<TSelf> where TSelf : unmanaged, IBlock32<TSelf>
{
    static abstract float Scale(TSelf* block);

    /// <summary>To be said where u are unsigned.</summary>
    static virtual float Minimum(TSelf* block) => 0;

    static int IBlockFormat<TSelf>.BlockSize => 32;

    static int IBlockFormat<TSelf>.GroupSize => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IBlockFormat<TSelf>.Scales(TSelf* block, float* scales, float* minima)
    {
        *scales = TSelf.Scale(block);
        *minima = TSelf.Minimum(block);
    }

    /// <summary>Σ(scale·u − minimum)·x = scale·Σu·x − minimum·Σx, for each block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float IBlockFormat<TSelf>.Dot(TSelf* row, int blocks, in ActivationRow activations)
    {
        var sum = Vector256<float>.Zero;
        var minima = 0f;
        for (var b = 0; b < blocks; b++)
        {
            Vectors.PrefetchAfter(row + b);
            var u = TSelf.Unpack32(row + b, 0);
            var x = Vector256.Load(activations.Values + 32 * b);
            var products = TSelf.IsSigned ? Vectors.MultiplySigned(u.AsSByte(), x) : Avx2.MultiplyAddAdjacent(u, x);
            var scale = activations.Scales[b];
            sum = Fma.MultiplyAdd(
                Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(products, Vector256<short>.One)),
                Vector256.Create(TSelf.Scale(row + b) * scale), sum);
            if (!TSelf.IsSigned) minima += TSelf.Minimum(row + b) * scale * activations.Sums32[b];
        }

        return Vectors.Sum(sum) - minima;
    }
}
