using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights of 6 bits in 16 groups of 16 with signed scales, 6.5625 bits a weight: w = d·scale[g]·(q − 32).
/// <code>
/// | 128 bytes of low nibbles | 64 bytes of high pairs of bits | 16 scales: int8 | d: half |   210 bytes
/// Each half of 128 weights has 64 of the first and 32 of the second: its weight 32k + i (k of 0–3, i of 0–31) takes
/// the nibble k / 2 of byte 32·(k % 2) + i and the pair of bits k of byte i.
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q6_K : IBlockFormat<Q6_K>
{
    public fixed byte Low[128];
    public fixed byte High[64];
    public fixed sbyte GroupScales[16];
    public ushort D;

    public static TensorType Type => TensorType.Q6_K;
    public static int BlockSize => 256;
    public static int GroupSize => 16;
    public static bool IsSigned => false;

    public static void Unpack(Q6_K* block, byte* values)
    {
        for (var i = 0; i < 256; i++)
        {
            int half = i / 128, k = i % 128 / 32, at = i % 32;
            var nibble = block->Low[64 * half + 32 * (k % 2) + at] >> k / 2 * 4 & 15;
            values[i] = (byte)(nibble | (block->High[32 * half + at] >> 2 * k & 3) << 4);
        }
    }

    public static void Scales(Q6_K* block, float* scales, float* minima)
    {
        var d = HalfBits.ToSingle(block->D);
        for (var g = 0; g < 16; g++)
        {
            scales[g] = d * block->GroupScales[g];
            minima[g] = 32 * scales[g];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q6_K* block, int part)
    {
        int half = part / 4, k = part % 4;
        var nibbles = (Vector256.Load(block->Low + 64 * half + 32 * (k % 2)).AsUInt16() >> k / 2 * 4).AsByte() & Vector256.Create((byte)0x0F);
        var pairs = (Vector256.Load(block->High + 32 * half).AsUInt16() >> 2 * k).AsByte() & Vector256.Create((byte)3);
        return nibbles | (pairs.AsUInt16() << 4).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(Q6_K* row, int blocks, in ActivationRow activations)
    {
        var x = activations.Values;
        float* factors = activations.Scales, sums = activations.Sums16;
        var sum = Vector256<float>.Zero;
        for (var end = row + blocks; row < end; row++, x += 256, sums += 16)
        {
            Vectors.PrefetchAfter(row);
            var scales = Avx2.ConvertToVector256Int16(Vector128.Load(row->GroupScales));
            // |total| ≤ 8·128·4·63·127 < 2^26
            var total = Products(row->Low, row->High, x, scales.GetLower()) + Products(row->Low + 64, row->High + 32, x + 128, scales.GetUpper());

            // Σ scale·(q − 32)·x = Σ scale·q·x − 32·Σ scale·Σx
            var offset = Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(scales.GetLower())) * Vector256.Load(sums);
            offset = Fma.MultiplyAdd(Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(scales.GetUpper())), Vector256.Load(sums + 8), offset);
            var product = Fma.MultiplyAddNegated(offset, Vector256.Create(32f), Vector256.ConvertToSingle(total));
            sum = Fma.MultiplyAdd(product, Vector256.Create(HalfBits.ToSingle(row->D) * *factors++), sum);
        }

        return Vectors.Sum(sum);
    }

    /// <summary>128 weights, one half of a block: Σ scale·q·x in 8 lanes. 2·63·127 &lt; 2^15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Products(byte* lows, byte* highs, sbyte* x, Vector128<short> scales)
    {
        var nibble = Vector256.Create((byte)0x0F);
        var pair = Vector256.Create((byte)0x30);
        Vector256<byte> low0 = Vector256.Load(lows), low1 = Vector256.Load(lows + 32);
        var high = Vector256.Load(highs).AsUInt16();
        var q0 = low0 & nibble | (high << 4).AsByte() & pair;
        var q1 = low1 & nibble | (high << 2).AsByte() & pair;
        var q2 = (low0.AsUInt16() >> 4).AsByte() & nibble | high.AsByte() & pair;
        var q3 = (low1.AsUInt16() >> 4).AsByte() & nibble | (high >> 2).AsByte() & pair;
        var both = Vector256.Create(scales, scales);
        return Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(q0, Vector256.Load(x)), TwoScales(both, 0))
            + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(q1, Vector256.Load(x + 32)), TwoScales(both, 1))
            + (Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(q2, Vector256.Load(x + 64)), TwoScales(both, 2))
            + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(q3, Vector256.Load(x + 96)), TwoScales(both, 3)));
    }

    /// <summary>Of eight scales in both halves: number 2·<paramref name="pair"/> over the lower half, the next one over the upper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<short> TwoScales(Vector256<short> scales, int pair)
    {
        var first = Vector128.Create((short)(4 * pair | (4 * pair + 1) << 8)).AsByte();
        return Avx2.Shuffle(scales.AsByte(), Vector256.Create(first, first + Vector128.Create((byte)2))).AsInt16();
    }
}
