using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 32 signed bytes with one scale, 8.5 bits a weight: w = d·q.
/// <code>| d: half | q[0] … q[31]: int8 |   34 bytes</code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q8_0 : IBlockFormat<Q8_0>
{
    public ushort D;
    public fixed sbyte Quants[32];

    public static TensorType Type => TensorType.Q8_0;
    public static int BlockSize => 32;
    public static int GroupSize => 32;
    public static bool IsSigned => true;

    public static void Unpack(Q8_0* block, byte* values)
    {
        for (var i = 0; i < 32; i++) values[i] = (byte)block->Quants[i];
    }

    public static void Scales(Q8_0* block, float* scales, float* minima)
    {
        scales[0] = HalfBits.ToSingle(block->D);
        minima[0] = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q8_0* block, int part) => Vector256.Load((byte*)block->Quants);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(Q8_0* row, int blocks, in ActivationRow activations)
    {
        var sum = Vector256<float>.Zero;
        for (var b = 0; b < blocks; b++)
        {
            Vectors.PrefetchAfter(row + b);
            var w = Vector256.Load(row[b].Quants);
            var x = Vector256.Load(activations.Values + 32 * b);
            // |w|·(x with w's sign): pmaddubsw wants one unsigned side; 2·128·127 < 2^15.
            var products = Vectors.Dot(Avx2.Abs(w), Avx2.Sign(x, w));
            sum = Fma.MultiplyAdd(Vector256.ConvertToSingle(products),
                Vector256.Create(HalfBits.ToSingle(row[b].D) * activations.Scales[b]), sum);
        }

        return Vectors.Sum(sum);
    }
}
