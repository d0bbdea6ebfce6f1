using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights of 3 bits in 16 groups of 16 with 6-bit scales, 3.4375 bits a weight: w = d·(scale[g] − 32)·(q − 4).
/// <code>
/// | 32 bytes: bit p of byte i is the third bit of weight 32p + i | 2 × 32 bytes of low pairs of bits | 12 bytes of scales | d: half |   110 bytes
/// Weight 32k + i (k of 0–3, i of 0–31) of each half of 128 has the pair of bits k of byte i of its 32 bytes.
/// Scales 0–7 are the low nibbles of bytes 0–7, scales 8–15 the high ones; bytes 8–11 hold the upper two bits:
/// scale 4k + i (i of 0–3) has the pair of bits k of byte 8 + i.
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q3_K : IOffsetBlock<Q3_K>
{
    public fixed byte High[32];
    public fixed byte Quants[64];
    public fixed byte Packed[12];
    public ushort D;

    public static TensorType Type => TensorType.Q3_K;
    public static int GroupSize => 16;
    public static byte Largest => 7;
    public static bool IsSigned => false;
    public static int Offset => 4;

    public static void Unpack(Q3_K* block, byte* values)
    {
        for (var i = 0; i < 256; i++)
        {
            var pair = block->Quants[i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3;
            values[i] = (byte)(pair | (block->High[i % 32] >> i / 32 & 1) << 2);
        }
    }

    public static int Scale(Q3_K* block, int group)
    {
        var nibble = block->Packed[group % 8] >> group / 8 * 4 & 15;
        return (nibble | (block->Packed[8 + group % 4] >> group / 4 * 2 & 3) << 4) - 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q3_K* block, int part) =>
        Vectors.Pairs(block->Quants, part) | Vectors.Shift(Vector256.Load(block->High), 2 - part) & Vector256.Create((byte)4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Unpack64(Q3_K* block, int part) =>
        Vectors.Pairs64(block->Quants, part) | Vectors.Shift64(block->High, 2 - 2 * part, 1 - 2 * part) & Vector512.Create((byte)4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(Q3_K* block) => HalfBits.ToSingle(block->D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(Q3_K* block)
    {
        // From 4 bytes earlier, so that the load ends inside the block: _, a, b, c.
        var words = Vector128.Load((uint*)(block->Packed - 4));
        var low = Portable.ShiftRight(Vector128.Shuffle(words, Vector128.Create(1u, 2, 1, 2)), Vector128.Create(0u, 0, 4, 4));
        var high = Portable.ShiftRight(Vector128.Shuffle(words, Vector128.Create(3u, 3, 3, 3)), Vector128.Create(0u, 2, 4, 6));
        var scales = low & Vector128.Create(0x0F0F0F0Fu) | (high & Vector128.Create(0x03030303u)) << 4;
        return GroupScale.Of16(scales.AsSByte() - Vector128.Create((sbyte)32));
    }
}
