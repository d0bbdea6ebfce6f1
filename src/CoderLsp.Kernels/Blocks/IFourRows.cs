using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// A format of 8 groups of 32 weights u ≤ 31 that is unpacked for four rows at a time: each lane of 128 bits is a row. So scales are read for four
/// blocks at once, both halves of a group are added before they are scaled, and no sum is taken across lanes. All needs AVX-512.
/// </summary>
unsafe interface IFourRows<TSelf> : IBlock256<TSelf> where TSelf : unmanaged, IFourRows<TSelf>
{
    /// <summary>Weights 64·<paramref name="quarter"/> to 64·<paramref name="quarter"/> + 63 of the four blocks, 16 of each in a vector.</summary>
    static abstract (Vector512<byte>, Vector512<byte>, Vector512<byte>, Vector512<byte>) Unpack64(TSelf* block, FourRows rows, int quarter);

    /// <summary>The whole-number scales, and the minima: 8 words a lane.</summary>
    static abstract (Vector512<short> Scales, Vector512<short> Minima) Scales(TSelf* block, FourRows rows);

    /// <summary>The lanes' factors, four times each.</summary>
    static abstract (Vector512<float> Scale, Vector512<float> Minimum) Factors(TSelf* block, FourRows rows);

    static void IBlockFormat<TSelf>.MultiplyAvx512<TTokens>(in RowRange rows) => FourRows256<TSelf, TTokens>.MultiplyAvx512(rows);
}

/// <summary>Reads from four blocks that are <paramref name="stride"/> bytes apart.</summary>
unsafe readonly struct FourRows(long stride)
{
    readonly long _stride = stride;

    /// <summary>16 bytes of each, at <paramref name="at"/> of the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<byte> Load(byte* at)
    {
        var rows = Vector128.Load((int*)at).ToVector256Unsafe().ToVector512Unsafe();
        rows = Avx512F.InsertVector128(rows, Vector128.Load((int*)(at + _stride)), 1);
        rows = Avx512F.InsertVector128(rows, Vector128.Load((int*)(at + 2 * _stride)), 2);
        return Avx512F.InsertVector128(rows, Vector128.Load((int*)(at + 3 * _stride)), 3).AsByte();
    }

    /// <summary>A half of each, at <paramref name="at"/> of the first, in all four places of its lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> LoadHalf(ushort* at)
    {
        var second = (ushort*)((byte*)at + _stride);
        var third = (ushort*)((byte*)at + 2 * _stride);
        var fourth = (ushort*)((byte*)at + 3 * _stride);
        var four = Vector128.Create(HalfBits.ToSingle(*at), HalfBits.ToSingle(*second), HalfBits.ToSingle(*third), HalfBits.ToSingle(*fourth));
        return Avx512F.PermuteVar16x32(four.ToVector256Unsafe().ToVector512Unsafe(), Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));
    }
}
