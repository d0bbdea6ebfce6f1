using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 nibbles in 8 groups of 32, 4.5 bits a weight: w = d·scale[g]·q − dmin·minimum[g], see <see cref="PackedScales"/>.
/// <code>| d: half | dmin: half | 12 bytes of scales | 4 × 32 bytes: low nibbles are group 2j, high ones group 2j + 1 |   144 bytes</code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q4_K : IBlock256<Q4_K>
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
}
