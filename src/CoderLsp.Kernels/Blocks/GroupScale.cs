using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// Whole-number scales of the groups of a block of 256 weights, in the order of <see cref="IBlock256{TSelf}.GroupScales"/>: one lane of 128 bits
/// for the first halves of the parts of 32, one for the second ones. All need a set of vectors.
/// </summary>
static unsafe class GroupScale
{
    /// <summary>Needs AVX2. The scale of the first 16 weights of part <paramref name="part"/> in the lower 8 lanes, of the others in the upper ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Spread(Vector256<short> scales, int part) =>
        Avx2.Shuffle(scales.AsByte(), Vector256.Create((short)(2 * part | (2 * part + 1) << 8)).AsByte()).AsInt16();

    /// <summary>Needs AVX-512. The same of 64 weights: parts 2·<paramref name="part"/> and 2·<paramref name="part"/> + 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Spread64(Vector256<short> scales, int part)
    {
        const ulong each = 0x0001_0001_0001_0001;
        ulong p = (ulong)(2 * part) * each, q = p + each;
        return Avx512BW.PermuteVar32x16(
            scales.ToVector512Unsafe(), Vector512.Create(p, p, p + 8 * each, p + 8 * each, q, q, q + 8 * each, q + 8 * each).AsInt16());
    }

    /// <summary>From the scales of 16 groups in the order of the row, as signed bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Of16(Vector128<sbyte> scales) => Portable.Widen(
        Vector128.Shuffle(scales, Vector128.Create(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15)));

    /// <summary>From the scales of 8 groups as int32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Of8(Vector256<int> scales) => Of8(Vector128.NarrowWithSaturation(scales.GetLower(), scales.GetUpper()));

    /// <summary>From the scales of 8 groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Of8(Vector128<short> scales) => Vector256.Create(scales, scales);

    /// <summary>The eight nibbles of 4 bytes, the low one of the first byte first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Nibbles(uint packed) =>
        Portable.ShiftRight(Vector256.Create((int)packed), Vector256.Create(0u, 4, 8, 12, 16, 20, 24, 28)) & Vector256.Create(15);

    /// <summary>Odd scales 2n + 1 out of 16 nibbles n in the order of the row, the low one of the first byte first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> OddOf16(ulong nibbles)
    {
        var n = Vector128.Create(nibbles & 0x0F0F0F0F0F0F0F0F, nibbles >> 4 & 0x0F0F0F0F0F0F0F0F).AsByte();
        return Portable.Widen((n + n + Vector128<byte>.One).AsSByte());
    }

    /// <summary>Odd scales 2n + 1 out of 8 numbers n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> OddOf8(Vector256<int> n) => Of8(n + n + Vector256<int>.One);
}
