using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights in 16 groups of 16, 1.75 bits a weight: w = d·(2·scale[g] + 1)·(v ± ⅛), where v is −1, 0 or 1.
/// <code>
/// | 32 bytes: low bits of the numbers of codebook entries of 8 v | 32 nibbles: bits 8–10 of a number, then a bit: one for −⅛
/// | 4 × uint16: 4 × 3 bits of scales, then a nibble of d, which is a half: the lowest one first |   56 bytes
/// </code>
/// As <see cref="IQ1_S"/>: w = d/8·(2·scale[g] + 1)·(u − 9) with u = 8·(v + 1) + (0 or 2).
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct IQ1_M : IOffsetBlock<IQ1_M>
{
    public fixed byte Quants[32];
    public fixed byte High[16];
    public fixed ushort Packed[4];

    public static TensorType Type => TensorType.IQ1_M;
    public static int GroupSize => 16;
    public static byte Largest => 18;
    public static bool IsSigned => false;
    public static int Offset => 9;

    public static void Unpack(IQ1_M* block, byte* values)
    {
        for (var piece = 0; piece < 32; piece++)
        {
            var high = block->High[piece / 2] >> piece % 2 * 4;
            var eighths = (high & 8) == 0 ? 0x0202020202020202u : 0;
            ((ulong*)values)[piece] = Codebooks.IQ1[block->Quants[piece] | (high & 7) << 8] + eighths;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(IQ1_M* block, int part)
    {
        var codebook = Codebooks.IQ1;
        var q = block->Quants + 4 * part;
        int high = ((ushort*)block->High)[part];
        var entries = Vector256.Create(
            codebook[q[0] | high << 8 & 0x700], codebook[q[1] | high << 4 & 0x700],
            codebook[q[2] | high & 0x700], codebook[q[3] | high >> 4 & 0x700]).AsByte();
        var plus = Vector256.Equals(Vector256.Create((long)high) & Vector256.Create(0x0008, 0x0080, 0x0800, 0x8000), Vector256<long>.Zero);
        return entries + (plus.AsByte() & Vector256.Create((byte)2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(IQ1_M* block)
    {
        var w = block->Packed;
        return HalfBits.ToSingle((ushort)(w[0] >> 12 | w[1] >> 8 & 0xF0 | w[2] >> 4 & 0xF00 | w[3] & 0xF000)) / 8;
    }

    public static int Scale(IQ1_M* block, int group) => (block->Packed[group / 4] >> group % 4 * 3 & 7) * 2 + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(IQ1_M* block)
    {
        // Words 0 0 1 1 2 2 3 3 in both halves; a product moves each scale's bits to 13–15, from where they come down to 1–3.
        var words = Vector128.CreateScalar(*(long*)block->Packed).AsInt16();
        var twice = Vector128.Shuffle(words, Vector128.Create(0, 0, 1, 1, 2, 2, 3, 3));
        var up = Vector256.Create(Vector128.Create(0x0080_2000).AsInt16(), Vector128.Create(0x0010_0400).AsInt16());
        var scales = (Vector256.Create(twice, twice) * up).AsUInt16() >> 12;
        return (scales & Vector256.Create((ushort)14) | Vector256<ushort>.One).AsInt16();
    }
}
