using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights in 16 groups of 16, 2.5625 bits a weight: w = d/8·(2·scale[g] + 1)·(±magnitude).
/// <code>
/// | d: half | 32 bytes: low bits of the numbers of codebook entries of 8 magnitudes | 32 bytes: bit i of byte p is the sign of weight 8p + i
/// | 8 bytes: bits 2k, 2k + 1 of byte j are bits 8–9 of number 4j + k | 16 nibbles of scales |   82 bytes
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct IQ2_S : IGridBlock<IQ2_S>
{
    public ushort D;
    public fixed byte Quants[32];
    public fixed byte SignBits[32];
    public fixed byte High[8];
    public ulong Packed;

    public static TensorType Type => TensorType.IQ2_S;
    public static int GroupSize => 16;
    public static byte Largest => 43;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Magnitudes(IQ2_S* block, int piece) =>
        Codebooks.IQ2_S[block->Quants[piece] | (uint)block->High[piece / 4] << 8 - piece % 4 * 2 & 0x300];

    public static byte Signs(IQ2_S* block, int piece) => block->SignBits[piece];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Signs32(IQ2_S* block, int part) => Vectors.Signs(((uint*)block->SignBits)[part]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Unpack64(IQ2_S* block, int part) => Vectors.Negate64(IGridBlock<IQ2_S>.Magnitudes64(block, part), Vector256.Load(block->SignBits), part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(IQ2_S* block) => HalfBits.ToSingle(block->D) / 8;

    public static int Scale(IQ2_S* block, int group) => (int)(block->Packed >> 4 * group & 15) * 2 + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(IQ2_S* block) => GroupScale.OddOf16(block->Packed);
}
