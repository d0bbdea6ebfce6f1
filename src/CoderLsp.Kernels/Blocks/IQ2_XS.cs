using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights in 16 groups of 16, 2.3125 bits a weight: w = d/8·(2·scale[g] + 1)·(±magnitude).
/// <code>
/// | d: half | 32 × uint16: number of a codebook entry of 8 magnitudes in bits 0–8, their signs in bits 9–15 | 16 nibbles of scales |   74 bytes
/// </code>
/// Signs are <see cref="Codebooks.EvenSigns"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct IQ2_XS : IGridBlock<IQ2_XS>
{
    public ushort D;
    public fixed ushort Quants[32];
    public ulong Packed;

    public static TensorType Type => TensorType.IQ2_XS;
    public static int BlockSize => 256;
    public static int GroupSize => 16;
    public static bool IsSigned => true;
    public static int Offset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Magnitudes(IQ2_XS* block, int piece) => Codebooks.IQ2_XS[block->Quants[piece] & 511];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Magnitudes32(IQ2_XS* block, int part) => GridBlock<IQ2_XS>.Magnitudes32(block, part);

    public static byte Signs(IQ2_XS* block, int piece) => Codebooks.EvenSignBits((uint)block->Quants[piece] >> 9);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Signs32(IQ2_XS* block, int part)
    {
        var signs = Codebooks.EvenSigns;
        var q = block->Quants + 4 * part;
        return Vector256.Create(signs[q[0] >> 9], signs[q[1] >> 9], signs[q[2] >> 9], signs[q[3] >> 9]).AsSByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(IQ2_XS* block) => HalfBits.ToSingle(block->D) / 8;

    public static int Scale(IQ2_XS* block, int group) => (int)(block->Packed >> 4 * group & 15) * 2 + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(IQ2_XS* block) => GroupScale.OddOf16(block->Packed);

    public static void Unpack(IQ2_XS* block, byte* values) => GridBlock<IQ2_XS>.Unpack(block, values);

    public static void Scales(IQ2_XS* block, float* scales, float* minima) => OffsetBlock<IQ2_XS>.Scales(block, scales, minima);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(IQ2_XS* block, int part) => GridBlock<IQ2_XS>.Unpack32(block, part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Products(IQ2_XS* block, int part, Vector256<sbyte> x) => GridBlock<IQ2_XS>.Products(block, part, x);

    public static Vector256<float> Minima(IQ2_XS* block, Vector256<short> scales, float* sums) => default;

    public static float Dot(IQ2_XS* row, int blocks, in ActivationRow activations) => Block256<IQ2_XS>.Dot(row, blocks, activations);
}
