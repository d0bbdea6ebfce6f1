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

    public static void Scales(Q5_K* block, float* scales, float* minima)
    {
        float d = HalfBits.ToSingle(block->D), dmin = HalfBits.ToSingle(block->DMin);
        var (s, m) = PackedScales.Unpack(block->Packed);
        for (var g = 0; g < 8; g++, s >>= 8, m >>= 8)
        {
            scales[g] = d * (byte)s;
            minima[g] = dmin * (byte)m;
        }
    }

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
        var sum = Vector256<float>.Zero;
        var minimum = Vector256<float>.Zero;
        var nibble = Vector256.Create((byte)0x0F);
        var one = Vector256.Create((byte)1);
        for (var b = 0; b < blocks; b++)
        {
            var block = row + b;
            var scale = activations.Scales[b];
            var (packed, minima) = PackedScales.Unpack(block->Packed);
            minimum = Fma.MultiplyAdd(PackedScales.ToSingle(minima) * Vector256.Create(HalfBits.ToSingle(block->DMin) * scale),
                Vector256.Load(activations.Sums32 + 8 * b), minimum);

            var scales = PackedScales.Widen(packed);
            var x = activations.Values + 256 * b;
            var high = Vector256.Load(block->High).AsUInt16();
            var total = Vector256<int>.Zero; // |total| ≤ 8·63·4·31·127 < 2^23·2: fits
            for (var j = 0; j < 4; j++)
            {
                var q = Vector256.Load(block->Quants + 32 * j);
                var q0 = q & nibble | ((high.AsByte() & one).AsUInt16() << 4).AsByte();
                var q1 = (q.AsUInt16() >> 4).AsByte() & nibble | (((high >> 1).AsByte() & one).AsUInt16() << 4).AsByte();
                high >>= 2;
                total += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(q0, Vector256.Load(x + 64 * j)), PackedScales.Lane(scales, 2 * j));
                total += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(q1, Vector256.Load(x + 64 * j + 32)), PackedScales.Lane(scales, 2 * j + 1));
            }

            sum = Fma.MultiplyAdd(Vector256.ConvertToSingle(total), Vector256.Create(HalfBits.ToSingle(block->D) * scale), sum);
        }

        return Vectors.Sum(sum - minimum);
    }
}
