using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 32 nibbles with one scale, 4.5 bits a weight: w = d·(q − 8).
/// <code>| d: half | 16 bytes: low nibbles are weights 0–15, high ones 16–31 |   18 bytes</code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q4_0 : IBlockFormat<Q4_0>
{
    public ushort D;
    public fixed byte Quants[16];

    public static TensorType Type => TensorType.Q4_0;
    public static int BlockSize => 32;
    public static int GroupSize => 32;
    public static bool IsSigned => false;

    public static void Unpack(Q4_0* block, byte* values)
    {
        for (var i = 0; i < 16; i++)
        {
            values[i] = (byte)(block->Quants[i] & 15);
            values[i + 16] = (byte)(block->Quants[i] >> 4);
        }
    }

    public static void Scales(Q4_0* block, float* scales, float* minima)
    {
        scales[0] = HalfBits.ToSingle(block->D);
        minima[0] = 8 * scales[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q4_0* block, int part) => Vectors.Nibbles(block->Quants);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(Q4_0* row, int blocks, in ActivationRow activations)
    {
        var sum = Vector256<float>.Zero;
        var offset = 0f; // Σd·(q − 8)·x = Σd·q·x − 8·d·Σx
        for (var b = 0; b < blocks; b++)
        {
            Vectors.PrefetchAfter(row + b);
            var scale = HalfBits.ToSingle(row[b].D) * activations.Scales[b];
            var products = Vectors.Dot(Vectors.Nibbles(row[b].Quants), Vector256.Load(activations.Values + 32 * b));
            sum = Fma.MultiplyAdd(Vector256.ConvertToSingle(products), Vector256.Create(scale), sum);
            offset += scale * activations.Sums32[b];
        }

        return Vectors.Sum(sum) - 8 * offset;
    }
}
