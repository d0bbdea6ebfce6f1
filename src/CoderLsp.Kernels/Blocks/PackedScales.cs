using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// The 8 scales and 8 minima of 6 bits that Q4_K and Q5_K pack into 12 bytes:
/// <code>
/// byte 0–3   scale 0–3 in bits 0–5, top two bits of scale 4–7 in bits 6–7
/// byte 4–7   minimum 0–3            top two bits of minimum 4–7
/// byte 8–11  low nibble of scale 4–7 in bits 0–3, of minimum 4–7 in bits 4–7
/// </code>
/// </summary>
static unsafe class PackedScales
{
    /// <summary>Each result holds eight 6-bit numbers, a byte each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong Scales, ulong Minima) Unpack(byte* packed)
    {
        const uint six = 0x3F3F3F3F, four = 0x0F0F0F0F, two = 0x03030303;
        uint a = ((uint*)packed)[0], b = ((uint*)packed)[1], c = ((uint*)packed)[2];
        return (a & six | (ulong)(c & four | (a >> 6 & two) << 4) << 32,
                b & six | (ulong)(c >> 4 & four | (b >> 6 & two) << 4) << 32);
    }

    /// <summary>Writes the scales and minima of the 8 groups, times the block's factors.</summary>
    public static void Write(ushort d, ushort dmin, byte* packed, float* scales, float* minima)
    {
        float scale = HalfBits.ToSingle(d), minimum = HalfBits.ToSingle(dmin);
        var (s, m) = Unpack(packed);
        for (var g = 0; g < 8; g++, s >>= 8, m >>= 8)
        {
            scales[g] = scale * (byte)s;
            minima[g] = minimum * (byte)m;
        }
    }

    /// <summary>The same in a vector, read from the block's first 16 bytes (two factors, then the packed ones): scales in bytes 0–7, minima in 8–15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(byte* block)
    {
        var words = Vector128.Load((uint*)block); // _, a, b, c
        var low = Portable.ShiftRight(Vector128.Shuffle(words, Vector128.Create(1u, 3, 2, 3)), Vector128.Create(0u, 0, 0, 4));
        var high = Vector128.Shuffle(words, Vector128.Create(0u, 1, 0, 2)) >>> 2;
        return ((low & Vector128.Create(0x3F3F3F3Fu, 0x0F0F0F0F, 0x3F3F3F3F, 0x0F0F0F0F))
            | (high & Vector128.Create(0u, 0x30303030, 0, 0x30303030))).AsByte();
    }

    /// <summary>The scales, in the order of <see cref="GroupScale"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Scales(Vector128<byte> loaded) => GroupScale.Of8(Vector128.WidenLower(loaded).AsInt16());

    /// <summary>The minima, in the same order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Minima(Vector128<byte> loaded) =>
        GroupScale.Of8(Vector128.WidenUpper(loaded).AsInt16());
}
