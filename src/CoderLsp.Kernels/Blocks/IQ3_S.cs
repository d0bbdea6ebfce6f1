using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights in 8 groups of 32, 3.4375 bits a weight: w = d·(2·scale[g] + 1)·(±magnitude).
/// <code>
/// | d: half | 64 bytes: low bits of the numbers of codebook entries of 4 magnitudes | 8 bytes: bit k of byte j is bit 8 of number 8j + k
/// | 32 bytes: bit i of byte p is the sign of weight 8p + i | 8 nibbles of scales |   110 bytes
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct IQ3_S : IGridBlock<IQ3_S>
{
    public ushort D;
    public fixed byte Quants[64];
    public fixed byte High[8];
    public fixed byte SignBits[32];
    public uint Packed;

    public static TensorType Type => TensorType.IQ3_S;
    public static int GroupSize => 32;
    public static byte Largest => 15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Magnitudes(IQ3_S* block, int piece) =>
        Entry(block, 2 * piece) | (ulong)Entry(block, 2 * piece + 1) << 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Magnitudes32(IQ3_S* block, int part)
    {
        // Bit k of the high byte goes to bit 8 of lane k; eight numbers of 16 bits then come as two of 64.
        var high = Vector128.Create((short)block->High[part]) * Vector128.Create(256, 128, 64, 32, 16, 8, 4, 2) & Vector128.Create((short)0x100);
        var quants = block->Quants + 8 * part;
        var low = Sse41.IsSupported ? Sse41.ConvertToVector128Int16(quants) : Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)quants).AsByte()).AsInt16();
        var numbers = (low | high).AsUInt64();
        ulong first = numbers.ToScalar(), last = numbers.GetElement(1);
        var codebook = Codebooks.IQ3_S;
        return Vector256.Create(
            codebook[first & 0xFFFF], codebook[first >> 16 & 0xFFFF], codebook[first >> 32 & 0xFFFF], codebook[first >> 48],
            codebook[last & 0xFFFF], codebook[last >> 16 & 0xFFFF], codebook[last >> 32 & 0xFFFF], codebook[last >> 48]).AsByte();
    }

    public static byte Signs(IQ3_S* block, int piece) => block->SignBits[piece];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Signs32(IQ3_S* block, int part) => Vectors.Signs(((uint*)block->SignBits)[part]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Unpack64(IQ3_S* block, int part) => Vectors.Negate64(IGridBlock<IQ3_S>.Magnitudes64(block, part), Vector256.Load(block->SignBits), part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(IQ3_S* block) => HalfBits.ToSingle(block->D);

    public static int Scale(IQ3_S* block, int group) => (int)(block->Packed >> 4 * group & 15) * 2 + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(IQ3_S* block) => GroupScale.OddOf8(GroupScale.Nibbles(block->Packed));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Entry(IQ3_S* block, int number) =>
        Codebooks.IQ3_S[block->Quants[number] | block->High[number / 8] << 8 - number % 8 & 0x100];
}
