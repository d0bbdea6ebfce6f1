using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// A format of 256 weights in 32 pieces of 8. A piece's magnitudes are entries of a codebook, and a bit for each weight says whether it is
/// negative: w = factor·scale[g]·(±magnitude), with odd scales.
/// </summary>
unsafe interface IGridBlock<TSelf> : IOffsetBlock<TSelf> where TSelf : unmanaged, IGridBlock<TSelf>
{
    /// <summary>The 8 magnitudes of piece <paramref name="piece"/>, at most 63 each, a byte each.</summary>
    static abstract ulong Magnitudes(TSelf* block, int piece);

    /// <summary>Needs AVX2. The magnitudes of part <paramref name="part"/>.</summary>
    static abstract Vector256<byte> Magnitudes32(TSelf* block, int part);

    /// <summary>Bit i is one where weight i of the piece is negative.</summary>
    static abstract byte Signs(TSelf* block, int piece);

    /// <summary>Needs AVX2. The signs of part <paramref name="part"/>: negative bytes for negative weights, positive ones for the others.</summary>
    static abstract Vector256<sbyte> Signs32(TSelf* block, int part);
}

/// <summary>What follows for all formats of magnitudes and signs.</summary>
static unsafe class GridBlock<TBlock> where TBlock : unmanaged, IGridBlock<TBlock>
{
    public static void Unpack(TBlock* block, byte* values)
    {
        for (var piece = 0; piece < 32; piece++)
        {
            ulong magnitudes = TBlock.Magnitudes(block, piece), signs = TBlock.Signs(block, piece);
            for (var i = 0; i < 8; i++)
            {
                var magnitude = (byte)(magnitudes >> 8 * i);
                values[8 * piece + i] = (byte)((signs >> i & 1) == 0 ? magnitude : -magnitude);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(TBlock* block, int part) =>
        Avx2.Sign(TBlock.Magnitudes32(block, part).AsSByte(), TBlock.Signs32(block, part)).AsByte();

    /// <summary>The signs go to x, for pmaddubsw wants one unsigned side; 2·63·127 &lt; 2^15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Products(TBlock* block, int part, Vector256<sbyte> x) =>
        Avx2.MultiplyAddAdjacent(TBlock.Magnitudes32(block, part), Avx2.Sign(x, TBlock.Signs32(block, part)));

    /// <summary>Four pieces, one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Magnitudes32(TBlock* block, int part) => Vector256.Create(
        TBlock.Magnitudes(block, 4 * part), TBlock.Magnitudes(block, 4 * part + 1),
        TBlock.Magnitudes(block, 4 * part + 2), TBlock.Magnitudes(block, 4 * part + 3)).AsByte();
}
