using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// Rows of blocks of 32 weights times a few tokens, as they lie: <code>Σ w·x = Σ over blocks of scale·dx·Σu·x − minimum·dx·Σx</code>
/// </summary>
static unsafe class Rows32<TBlock, TTokens> where TBlock : unmanaged, IBlock32<TBlock> where TTokens : struct, ITokenCount
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAvx2(in RowRange rows)
    {
        int columns = rows.Columns, blocks = columns / 32;
        for (var r = rows.FirstRow; r < rows.EndRow; r++)
        {
            var block = (TBlock*)(rows.Weights + r * rows.RowBytes);
            var x = rows.X.Values;
            float* factors = rows.X.Scales, sums = rows.X.Sums32;
            Vector256<float> y0 = default, y1 = default, y2 = default, y3 = default;
            float m0 = 0, m1 = 0, m2 = 0, m3 = 0;
            for (var end = block + blocks; block < end; block++, x += 32, sums++, factors++)
            {
                Vectors.PrefetchAfter(block);
                var u = TBlock.Unpack32(block, 0);
                var scale = TBlock.Scale(block);
                y0 = Products(u, x, scale * factors[0], y0);
                if (TTokens.Count > 1) y1 = Products(u, x + columns, scale * factors[blocks], y1);
                if (TTokens.Count > 2)
                {
                    y2 = Products(u, x + 2 * columns, scale * factors[2 * blocks], y2);
                    y3 = Products(u, x + 3 * columns, scale * factors[3 * blocks], y3);
                }

                if (TBlock.IsSigned) continue;
                var minimum = TBlock.Minimum(block);
                m0 += minimum * factors[0] * sums[0];
                if (TTokens.Count > 1) m1 += minimum * factors[blocks] * sums[blocks];
                if (TTokens.Count > 2)
                {
                    m2 += minimum * factors[2 * blocks] * sums[2 * blocks];
                    m3 += minimum * factors[3 * blocks] * sums[3 * blocks];
                }
            }

            if (TTokens.Count == 1) rows.Store(r, Vectors.Sum(y0) - m0);
            else if (TTokens.Count == 2) rows.Store(r, Vectors.Sum(y0) - m0, Vectors.Sum(y1) - m1);
            else rows.Store(r, Vectors.Sum(y0) - m0, Vectors.Sum(y1) - m1, Vectors.Sum(y2) - m2, Vectors.Sum(y3) - m3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Products(Vector256<byte> u, sbyte* x, float factor, Vector256<float> total)
    {
        var products = TBlock.IsSigned ? Vectors.MultiplySigned(u.AsSByte(), Vector256.Load(x)) : Avx2.MultiplyAddAdjacent(u, Vector256.Load(x));
        return Fma.MultiplyAdd(Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(products, Vector256<short>.One)), Vector256.Create(factor), total);
    }
}
