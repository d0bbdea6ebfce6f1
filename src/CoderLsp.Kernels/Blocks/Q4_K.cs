using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 nibbles in 8 groups of 32, 4.5 bits a weight: w = d·scale[g]·q − dmin·minimum[g], see <see cref="PackedScales"/>.
/// <code>| d: half | dmin: half | 12 bytes of scales | 4 × 32 bytes: low nibbles are group 2j, high ones group 2j + 1 |   144 bytes</code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q4_K : IFourRows<Q4_K>
{
    public ushort D;
    public ushort DMin;
    public fixed byte Packed[12];
    public fixed byte Quants[128];

    public static TensorType Type => TensorType.Q4_K;
    public static int GroupSize => 32;
    public static byte Largest => 15;
    public static bool IsSigned => false;

    public static void Unpack(Q4_K* block, byte* values)
    {
        for (var i = 0; i < 128; i++)
        {
            var at = i / 32 * 64 + i % 32;
            values[at] = (byte)(block->Quants[i] & 15);
            values[at + 32] = (byte)(block->Quants[i] >> 4);
        }
    }

    public static void Scales(Q4_K* block, float* scales, float* minima) =>
        PackedScales.Write(block->D, block->DMin, block->Packed, scales, minima);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q4_K* block, int part) => Vectors.Nibbles(block->Quants, part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Unpack64(Q4_K* block, int part) => Vectors.Nibbles64(block->Quants, part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(Q4_K* block) => HalfBits.ToSingle(block->D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(Q4_K* block) => PackedScales.Scales(PackedScales.Load((byte*)block));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MinimumFactor(Q4_K* block) => HalfBits.ToSingle(block->DMin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupMinima(Q4_K* block, Vector256<short> scales) => PackedScales.Minima(PackedScales.Load((byte*)block));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<byte>, Vector512<byte>, Vector512<byte>, Vector512<byte>) Unpack64(Q4_K* block, FourRows rows, int quarter)
    {
        Vector512<byte> first = rows.Load(block->Quants + 32 * quarter), last = rows.Load(block->Quants + 32 * quarter + 16);
        var nibble = Vector512.Create((byte)0x0F);
        return (first & nibble, last & nibble, Vectors.Shift(first, -4) & nibble, Vectors.Shift(last, -4) & nibble);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<short> Scales, Vector512<short> Minima) Scales(Q4_K* block, FourRows rows) =>
        PackedScales.OfFourRows(rows.Load((byte*)block));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Scale, Vector512<float> Minimum) Factors(Q4_K* block, FourRows rows) =>
        (rows.LoadHalf(&block->D), rows.LoadHalf(&block->DMin));
}
