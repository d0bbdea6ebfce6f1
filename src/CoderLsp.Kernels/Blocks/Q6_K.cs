using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights of 6 bits in 16 groups of 16 with signed scales, 6.5625 bits a weight: w = d·scale[g]·(q − 32).
/// <code>
/// | 128 bytes of low nibbles | 64 bytes of high pairs of bits | 16 scales: int8 | d: half |   210 bytes
/// Each half of 128 weights has 64 of the first and 32 of the second: its weight 32k + i (k of 0–3, i of 0–31) takes
/// the nibble k / 2 of byte 32·(k % 2) + i and the pair of bits k of byte i.
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q6_K : IOffsetBlock<Q6_K>
{
    public fixed byte Low[128];
    public fixed byte High[64];
    public fixed sbyte Packed[16];
    public ushort D;

    public static TensorType Type => TensorType.Q6_K;
    public static int GroupSize => 16;
    public static byte Largest => 63;
    public static bool IsSigned => false;
    public static int Offset => 32;

    public static void Unpack(Q6_K* block, byte* values)
    {
        for (var i = 0; i < 256; i++)
        {
            int half = i / 128, k = i % 128 / 32, at = i % 32;
            var nibble = block->Low[64 * half + 32 * (k % 2) + at] >> k / 2 * 4 & 15;
            values[i] = (byte)(nibble | (block->High[32 * half + at] >> 2 * k & 3) << 4);
        }
    }

    public static int Scale(Q6_K* block, int group) => block->Packed[group];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q6_K* block, int part)
    {
        int half = part / 4, k = part % 4;
        var nibbles = Vectors.Shift(Vector256.Load(block->Low + 64 * half + 32 * (k % 2)), k / 2 * -4) & Vector256.Create((byte)0x0F);
        return nibbles | Vectors.Shift(Vector256.Load(block->High + 32 * half), 4 - 2 * k) & Vector256.Create((byte)0x30);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Unpack64(Q6_K* block, int part)
    {
        int half = part / 2, k = part % 2;
        var nibbles = (Vector512.Load(block->Low + 64 * half).AsUInt16() >> 4 * k).AsByte() & Vector512.Create((byte)0x0F);
        return nibbles | Vectors.Shift64(block->High + 32 * half, 4 - 4 * k, 2 - 4 * k) & Vector512.Create((byte)0x30);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(Q6_K* block) => HalfBits.ToSingle(block->D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(Q6_K* block) => GroupScale.Of16(Vector128.Load(block->Packed));
}
