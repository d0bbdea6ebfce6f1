using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 nibbles in 8 groups of 32, 4.5 bits a weight: w = d·scale[g]·q − dmin·minimum[g], see <see cref="PackedScales"/>.
/// <code>| d: half | dmin: half | 12 bytes of scales | 4 × 32 bytes: low nibbles are group 2j, high ones group 2j + 1 |   144 bytes</code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q4_K : IBlockFormat<Q4_K>
{
    public ushort D;
    public ushort DMin;
    public fixed byte Packed[12];
    public fixed byte Quants[128];

    public static TensorType Type => TensorType.Q4_K;
    public static int BlockSize => 256;
    public static int GroupSize => 32;
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
    public static Vector256<byte> Unpack32(Q4_K* block, int part)
    {
        var bytes = Vector256.Load(block->Quants + part / 2 * 32);
        return (bytes.AsUInt16() >> part % 2 * 4).AsByte() & Vector256.Create((byte)0x0F);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(Q4_K* row, int blocks, in ActivationRow activations)
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
            // |total| ≤ 8·63·4·15·127 < 2^24: exact as float too.
            var total = Products(row, x, scales, 0) + Products(row, x, scales, 1) + (Products(row, x, scales, 2) + Products(row, x, scales, 3));
            sum = Fma.MultiplyAdd(Vector256.ConvertToSingle(total), Vector256.Create(HalfBits.ToSingle(row->D) * factor), sum);
        }

        return Vectors.Sum(sum - minimum);
    }

    /// <summary>Groups 2·<paramref name="pair"/> and 2·<paramref name="pair"/> + 1: Σ scale·q·x in 8 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Products(Q4_K* block, sbyte* x, Vector256<short> scales, int pair)
    {
        var nibble = Vector256.Create((byte)0x0F);
        var q = Vector256.Load(block->Quants + 32 * pair);
        var low = Avx2.MultiplyAddAdjacent(q & nibble, Vector256.Load(x + 64 * pair));
        var high = Avx2.MultiplyAddAdjacent((q.AsUInt16() >> 4).AsByte() & nibble, Vector256.Load(x + 64 * pair + 32));
        return Avx2.MultiplyAddAdjacent(low, PackedScales.Spread(scales, 2 * pair))
            + Avx2.MultiplyAddAdjacent(high, PackedScales.Spread(scales, 2 * pair + 1));
    }
}
