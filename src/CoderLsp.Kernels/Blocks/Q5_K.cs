using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights of 5 bits in 8 groups of 32, 5.5 bits a weight: w = d·scale[g]·q − dmin·minimum[g], see <see cref="PackedScales"/>.
/// <code>
/// | d: half | dmin: half | 12 bytes of scales | 32 bytes: bit g of byte i is the fifth bit of weight i of group g
/// | 4 × 32 bytes: low nibbles are group 2j, high ones group 2j + 1 |   176 bytes
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q5_K : IBlockFormat<Q5_K>
{
    public ushort D;
    public ushort DMin;
    public fixed byte Packed[12];
    public fixed byte High[32];
    public fixed byte Quants[128];

    public static TensorType Type => TensorType.Q5_K;
    public static int BlockSize => 256;
    public static int GroupSize => 32;
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
    public static Vector256<byte> Unpack32(Q5_K* block, int part)
    {
        var nibbles = (Vector256.Load(block->Quants + part / 2 * 32).AsUInt16() >> part % 2 * 4).AsByte() & Vector256.Create((byte)0x0F);
        // Shifts of 16-bit lanes let bits of the neighbour in, which the mask takes out again.
        var high = ((Vector256.Load(block->High).AsUInt16() >> part).AsByte() & Vector256.Create((byte)1)).AsUInt16() << 4;
        return nibbles | high.AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(Q5_K* row, int blocks, in ActivationRow activations)
    {
        var x = activations.Values;
        float* factors = activations.Scales, sums = activations.Sums32;
        var sum = Vector256<float>.Zero;
        var minimum = Vector256<float>.Zero;
        for (var end = row + blocks; row < end; row++, x += 256, sums += 8)
        {
            Vectors.PrefetchAfter(row);
            var packed = PackedScales.Load((byte*)row);
            var factor = *factors++;
            minimum = Fma.MultiplyAdd(
                PackedScales.Minima(packed) * Vector256.Create(HalfBits.ToSingle(row->DMin) * factor), Vector256.Load(sums), minimum);
            var scales = PackedScales.Scales(packed);
            var high = Vector256.Load(row->High).AsUInt16();
            // |total| ≤ 8·63·4·31·127 < 2^23.
            var total = Products(row, x, scales, high, 0) + Products(row, x, scales, high, 1)
                + (Products(row, x, scales, high, 2) + Products(row, x, scales, high, 3));
            sum = Fma.MultiplyAdd(Vector256.ConvertToSingle(total), Vector256.Create(HalfBits.ToSingle(row->D) * factor), sum);
        }

        return Vectors.Sum(sum - minimum);
    }

    /// <summary>Groups 2·<paramref name="pair"/> and 2·<paramref name="pair"/> + 1: Σ scale·q·x in 8 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Products(Q5_K* block, sbyte* x, Vector256<short> scales, Vector256<ushort> high, int pair)
    {
        var nibble = Vector256.Create((byte)0x0F);
        var fifth = Vector256.Create((byte)0x10);
        var q = Vector256.Load(block->Quants + 32 * pair);
        // Bit 2·pair of a byte goes to bit 4, then bit 2·pair + 1; what comes from the neighbour in the 16-bit lane is masked.
        var first = (pair <= 2 ? high << (4 - 2 * pair) : high >> (2 * pair - 4)).AsByte() & fifth;
        var second = (pair <= 1 ? high << (3 - 2 * pair) : high >> (2 * pair - 3)).AsByte() & fifth;
        var low = Avx2.MultiplyAddAdjacent(q & nibble | first, Vector256.Load(x + 64 * pair));
        var upper = Avx2.MultiplyAddAdjacent((q.AsUInt16() >> 4).AsByte() & nibble | second, Vector256.Load(x + 64 * pair + 32));
        return Avx2.MultiplyAddAdjacent(low, PackedScales.Spread(scales, 2 * pair))
            + Avx2.MultiplyAddAdjacent(upper, PackedScales.Spread(scales, 2 * pair + 1));
    }
}
