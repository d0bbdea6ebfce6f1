using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>A format of blocks of 32 weights with one scale and one minimum: w = scale·u − minimum.</summary>
unsafe interface IBlock32<TSelf> : IBlockFormat<TSelf> where TSelf : unmanaged, IBlock32<TSelf>
{
    static abstract float Scale(TSelf* block);

    /// <summary>To be said where u are unsigned and there is no offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual float Minimum(TSelf* block) => TSelf.IsSigned ? 0 : TSelf.Offset * TSelf.Scale(block);

    static int IBlockFormat<TSelf>.BlockSize => 32;

    static int IBlockFormat<TSelf>.GroupSize => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IBlockFormat<TSelf>.Scales(TSelf* block, float* scales, float* minima)
    {
        *scales = TSelf.Scale(block);
        *minima = TSelf.Minimum(block);
    }

    static void IBlockFormat<TSelf>.MultiplyAdvSimd<TTokens>(in RowRange rows) => DotRows32<TSelf, TTokens>.Multiply(rows);

    static void IBlockFormat<TSelf>.MultiplyAvx2<TTokens>(in RowRange rows) => Rows32<TSelf, TTokens>.MultiplyAvx2(rows);

    static void IBlockFormat<TSelf>.MultiplyAvx512<TTokens>(in RowRange rows) => Rows32<TSelf, TTokens>.MultiplyAvx2(rows);
}
