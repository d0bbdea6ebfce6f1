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

    public static Vector256<byte> Unpack32(Q4_0* block, int part) => Vectors.Nibbles(block->Quants);

    public static float Dot(Q4_0* row, int blocks, in ActivationRow activations)
    {
        var sum = Vector256<float>.Zero;
        for (var b = 0; b < blocks; b++)
        {
            var x = Vector256.Load(activations.Values + 32 * b);
            // Σq·x − Σ8·x in int16: 2·15·127 + 2·8·127 < 2^15.
            var pairs = Avx2.MultiplyAddAdjacent(Vectors.Nibbles(row[b].Quants), x) - Avx2.MultiplyAddAdjacent(Vector256.Create((byte)8), x);
            sum = Fma.MultiplyAdd(Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One)),
                Vector256.Create(HalfBits.ToSingle(row[b].D) * activations.Scales[b]), sum);
        }

        return Vectors.Sum(sum);
    }
}
