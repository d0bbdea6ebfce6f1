using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>Shuffles that spread the int16 number g of a vector's both halves over the whole vector, 32 bytes for each g of 0–7.</summary>
    static ReadOnlySpan<byte> Spread =>
    [
        0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
        2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3,
        4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5,
        6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7,
        8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9,
        10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11,
        12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13, 12, 13,
        14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15,
    ];

    /// <summary>Eight bytes as int16, in both halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Widen(ulong bytes)
    {
        var half = Sse41.ConvertToVector128Int16(Vector128.CreateScalarUnsafe(bytes).AsByte());
        return Vector256.Create(half, half);
    }

    /// <summary>Number <paramref name="group"/> of <see cref="Widen"/>'s result in all 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Lane(Vector256<short> widened, int group) =>
        Avx2.Shuffle(widened.AsByte(), Vector256.LoadUnsafe(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(Spread), (nuint)(32 * group))).AsInt16();

    /// <summary>Eight bytes as float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(ulong bytes) =>
        Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(bytes).AsByte()));
}
