using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// A format of 256 weights in 32 pieces of 8. A piece's magnitudes are entries of a codebook, and a bit for each weight says whether it is
/// negative: w = factor·scale[g]·(±magnitude), with odd scales.
/// </summary>
unsafe interface IGridBlock<TSelf> : IOffsetBlock<TSelf> where TSelf : unmanaged, IGridBlock<TSelf>
{
    /// <summary>The 8 magnitudes of piece <paramref name="piece"/>, at most 63 each, a byte each.</summary>
    static abstract ulong Magnitudes(TSelf* block, int piece);

    /// <summary>Bit i is one where weight i of the piece is negative.</summary>
    static abstract byte Signs(TSelf* block, int piece);

    /// <summary>The signs of part <paramref name="part"/>: negative bytes for negative weights, positive ones for the others.</summary>
    static abstract Vector256<sbyte> Signs32(TSelf* block, int part);

    /// <summary>The magnitudes of part <paramref name="part"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual Vector256<byte> Magnitudes32(TSelf* block, int part) => Vector256.Create(
        TSelf.Magnitudes(block, 4 * part), TSelf.Magnitudes(block, 4 * part + 1),
        TSelf.Magnitudes(block, 4 * part + 2), TSelf.Magnitudes(block, 4 * part + 3)).AsByte();

    /// <summary>Needs AVX-512. The magnitudes of parts 2·<paramref name="part"/> and 2·<paramref name="part"/> + 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<byte> Magnitudes64(TSelf* block, int part) =>
        Vectors.Join(TSelf.Magnitudes32(block, 2 * part), TSelf.Magnitudes32(block, 2 * part + 1));

    static bool IBlockFormat<TSelf>.IsSigned => true;

    static void IBlockFormat<TSelf>.Unpack(TSelf* block, byte* values)
    {
        for (var piece = 0; piece < 32; piece++)
        {
            ulong magnitudes = TSelf.Magnitudes(block, piece), signs = TSelf.Signs(block, piece);
            for (var i = 0; i < 8; i++)
            {
                var magnitude = (byte)(magnitudes >> 8 * i);
                values[8 * piece + i] = (byte)((signs >> i & 1) == 0 ? magnitude : -magnitude);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<byte> IBlockFormat<TSelf>.Unpack32(TSelf* block, int part) =>
        Portable.Sign(TSelf.Magnitudes32(block, part).AsSByte(), TSelf.Signs32(block, part)).AsByte();
}
