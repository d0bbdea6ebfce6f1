using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights in 8 groups of 32, 1.5625 bits a weight: w = d·(2·scale[g] + 1)·(v ± ⅛), where v is −1, 0 or 1.
/// <code>
/// | d: half | 32 bytes: low bits of the numbers of codebook entries of 8 v | 8 × uint16, one for each group |   50 bytes
/// A group's word: bits 3k … 3k + 2 are bits 8–10 of its number k, then 3 bits of scale, then a bit: one for −⅛
/// </code>
/// In eighths and above 0: w = d/8·(2·scale[g] + 1)·(u − 9) with u = 8·(v + 1) + (0 or 2), at most 18.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct IQ1_S : IOffsetBlock<IQ1_S>
{
    public ushort D;
    public fixed byte Quants[32];
    public fixed ushort High[8];

    public static TensorType Type => TensorType.IQ1_S;
    public static int GroupSize => 32;
    public static byte Largest => 18;
    public static bool IsSigned => false;
    public static int Offset => 9;

    public static void Unpack(IQ1_S* block, byte* values)
    {
        for (var piece = 0; piece < 32; piece++)
        {
            var high = block->High[piece / 4];
            var eighths = high >> 15 == 0 ? 0x0202020202020202u : 0;
            ((ulong*)values)[piece] = Codebooks.IQ1[block->Quants[piece] | (high >> piece % 4 * 3 & 7) << 8] + eighths;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(IQ1_S* block, int part)
    {
        var codebook = Codebooks.IQ1;
        var q = block->Quants + 4 * part;
        int high = block->High[part];
        var entries = Vector256.Create(
            codebook[q[0] | high << 8 & 0x700], codebook[q[1] | high << 5 & 0x700],
            codebook[q[2] | high << 2 & 0x700], codebook[q[3] | high >> 1 & 0x700]).AsByte();
        return entries + Vector256.Create((byte)(~high >> 14 & 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(IQ1_S* block) => HalfBits.ToSingle(block->D) / 8;

    public static int Scale(IQ1_S* block, int group) => block->High[group] >> 11 & 14 | 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(IQ1_S* block)
    {
        var words = Vector128.Load(block->High);
        return GroupScale.Of8(((words >> 11) & Vector128.Create((ushort)14) | Vector128<ushort>.One).AsInt16());
    }
}
