using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// A format of blocks of 256 weights in 8 parts of 32, each of one group or two. Scales and minima of groups are small whole numbers times the
/// block's factors: w = factor·scale[g]·u − minimumFactor·minimum[g]. So a block's products are summed as integers. Vectors need any set but the scalar one.
/// </summary>
unsafe interface IBlock256<TSelf> : IBlockFormat<TSelf> where TSelf : unmanaged, IBlock256<TSelf>
{
    static abstract float Factor(TSelf* block);

    static abstract float MinimumFactor(TSelf* block);

    /// <summary>
    /// The whole-number scales: lane p of the lower half belongs to the first 16 weights of part p, lane p of the upper half to the others
    /// (which is the same one where groups have 32 weights). |scale| ≤ 128.
    /// </summary>
    static abstract Vector256<short> GroupScales(TSelf* block);

    /// <summary>
    /// The whole-number minima in the same order. Where u are signed, those of u + <see cref="Largest"/>: kernels may want unsigned ones.
    /// </summary>
    /// <param name="scales">What <see cref="GroupScales"/> gave.</param>
    static abstract Vector256<short> GroupMinima(TSelf* block, Vector256<short> scales);

    /// <summary>Needs AVX-512. The integers u of weights 64·<paramref name="part"/> to 64·<paramref name="part"/> + 63.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual Vector512<byte> Unpack64(TSelf* block, int part) =>
        Vectors.Join(TSelf.Unpack32(block, 2 * part), TSelf.Unpack32(block, 2 * part + 1));

    static int IBlockFormat<TSelf>.BlockSize => 256;

    static void IBlockFormat<TSelf>.MultiplyAdvSimd<TTokens>(in RowRange rows) => DotRows256<TSelf, TTokens>.Multiply(rows);

    static void IBlockFormat<TSelf>.MultiplyAvx2<TTokens>(in RowRange rows) => Rows256<TSelf, TTokens>.MultiplyAvx2(rows);

    static void IBlockFormat<TSelf>.MultiplyAvx512<TTokens>(in RowRange rows) => Rows256<TSelf, TTokens>.MultiplyAvx512(rows);
}
