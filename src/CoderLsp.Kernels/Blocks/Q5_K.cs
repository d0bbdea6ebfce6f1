using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights of 5 bits in 8 groups of 32, 5.5 bits a weight: w = d·scale[g]·q − dmin·minimum[g], see <see cref="PackedScales"/>.
/// <code>
/// | d: half | dmin: half | 12 bytes of scales | 32 bytes: bit g of byte i is the fifth bit of weight i of group g
/// | 4 × 32 bytes: low nibbles are group 2j, high ones group 2j + 1 |   176 bytes
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q5_K : IBlock256<Q5_K>
{
    public ushort D;
    public ushort DMin;
    public fixed byte Packed[12];
    public fixed byte High[32];
    public fixed byte Quants[128];

    public static TensorType Type => TensorType.Q5_K;
    public static int GroupSize => 32;
    public static byte Largest => 31;
    public static bool IsSigned => false;

    public static void Unpack(Q5_K* block, byte* values)
    {
        for (var i = 0; i < 256; i++)
        {
            int group = i / 32, at = i % 32;
            var nibble = block->Quants[group / 2 * 32 + at] >> group % 2 * 4 & 15;
            values[i] = (byte)(nibble | (block->High[at] >> group & 1) << 4);
        }
    }

    public static void Scales(Q5_K* block, float* scales, float* minima) =>
        PackedScales.Write(block->D, block->DMin, block->Packed, scales, minima);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q5_K* block, int part) =>
        Vectors.Nibbles(block->Quants, part) | Vectors.Shift(Vector256.Load(block->High), 4 - part) & Vector256.Create((byte)16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Unpack64(Q5_K* block, int part) =>
        Vectors.Nibbles64(block->Quants, part) | Vectors.Shift64(block->High, 4 - 2 * part, 3 - 2 * part) & Vector512.Create((byte)16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(Q5_K* block) => HalfBits.ToSingle(block->D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(Q5_K* block) => PackedScales.Scales(PackedScales.Load((byte*)block));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MinimumFactor(Q5_K* block) => HalfBits.ToSingle(block->DMin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupMinima(Q5_K* block, Vector256<short> scales) => PackedScales.Minima(PackedScales.Load((byte*)block));
}
