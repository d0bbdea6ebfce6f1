using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights of 2 bits in 16 groups of 16, 2.625 bits a weight: w = d·scale[g]·q − dmin·minimum[g].
/// <code>
/// | 16 bytes: low nibble is the scale of a group, high one its minimum | 2 × 32 bytes of quants | d: half | dmin: half |   84 bytes
/// Weight 32k + i (k of 0–3, i of 0–31) of each half of 128 is the pair of bits k of byte i of its 32 bytes.
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q2_K : IBlock256<Q2_K>
{
    public fixed byte Packed[16];
    public fixed byte Quants[64];
    public ushort D;
    public ushort DMin;

    public static TensorType Type => TensorType.Q2_K;
    public static int GroupSize => 16;
    public static byte Largest => 3;
    public static bool IsSigned => false;

    public static void Unpack(Q2_K* block, byte* values)
    {
        for (var i = 0; i < 256; i++) values[i] = (byte)(block->Quants[i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3);
    }

    public static void Scales(Q2_K* block, float* scales, float* minima)
    {
        float d = HalfBits.ToSingle(block->D), dmin = HalfBits.ToSingle(block->DMin);
        for (var g = 0; g < 16; g++)
        {
            scales[g] = d * (block->Packed[g] & 15);
            minima[g] = dmin * (block->Packed[g] >> 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q2_K* block, int part) => Vectors.Pairs(block->Quants, part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Unpack64(Q2_K* block, int part) => Vectors.Pairs64(block->Quants, part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(Q2_K* block) => HalfBits.ToSingle(block->D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(Q2_K* block) =>
        GroupScale.Of16((Vector128.Load(block->Packed) & Vector128.Create((byte)0x0F)).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MinimumFactor(Q2_K* block) => HalfBits.ToSingle(block->DMin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupMinima(Q2_K* block, Vector256<short> scales) =>
        GroupScale.Of16(((Vector128.Load(block->Packed).AsUInt16() >> 4).AsByte() & Vector128.Create((byte)0x0F)).AsSByte());
}
