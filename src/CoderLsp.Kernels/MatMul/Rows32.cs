using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// Rows of blocks of 32 weights times a few tokens, as they lie: <code>Σ w·x = Σ over blocks of scale·dx·Σu·x − minimum·dx·Σx</code>
/// The blocks of even and of odd number have a sum each, for each addition waits for the last one. That is the same for any number of tokens, so
/// that a token's results have the same bits in any batch: four tokens, whose eight sums would not fit into the registers, go over the row twice.
/// </summary>
static unsafe class Rows32<TBlock, TTokens> where TBlock : unmanaged, IBlock32<TBlock> where TTokens : struct, ITokenCount
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAvx2(in RowRange rows)
    {
        var columns = rows.Columns;
        var blocks = columns / 32;
        for (var r = rows.FirstRow; r < rows.EndRow; r++)
        {
            var block = (TBlock*)(rows.Weights + r * rows.RowBytes);
            var end = block + blocks;
            var x = rows.X.Values;
            float* dx = rows.X.Scales, sums = rows.X.Sums32;
            if (TTokens.Count == 4)
            {
                FourTokens(rows, r, block, end);
                continue;
            }

            Vector256<float> y0 = default, y1 = default, y2 = default, y3 = default;
            Vector128<float> m0 = default, m1 = default, m2 = default, m3 = default;
            if (TTokens.Count == 1)
                for (; block <= end - 4; block += 4, x += 128, dx += 4, sums += 4)
                {
                    Vectors.PrefetchAfter(block, 4);
                    Add(block, TBlock.Unpack32(block, 0), x, dx, sums, ref y0, ref m0);
                    Add(block + 1, TBlock.Unpack32(block + 1, 0), x + 32, dx + 1, sums + 1, ref y2, ref m2);
                    Add(block + 2, TBlock.Unpack32(block + 2, 0), x + 64, dx + 2, sums + 2, ref y0, ref m0);
                    Add(block + 3, TBlock.Unpack32(block + 3, 0), x + 96, dx + 3, sums + 3, ref y2, ref m2);
                }

            for (; block <= end - 2; block += 2, x += 64, dx += 2, sums += 2)
            {
                Vectors.PrefetchAfter(block, 2);
                Vector256<byte> u = TBlock.Unpack32(block, 0), v = TBlock.Unpack32(block + 1, 0);
                Add(block, u, x, dx, sums, ref y0, ref m0);
                if (TTokens.Count == 2) Add(block, u, x + columns, dx + blocks, sums + blocks, ref y1, ref m1);
                Add(block + 1, v, x + 32, dx + 1, sums + 1, ref y2, ref m2);
                if (TTokens.Count == 2) Add(block + 1, v, x + 32 + columns, dx + 1 + blocks, sums + 1 + blocks, ref y3, ref m3);
            }

            if (block < end)
            {
                var u = TBlock.Unpack32(block, 0);
                Add(block, u, x, dx, sums, ref y0, ref m0);
                if (TTokens.Count == 2) Add(block, u, x + columns, dx + blocks, sums + blocks, ref y1, ref m1);
            }

            if (TTokens.Count == 1) rows.Store(r, Sum(y0 + y2, m0 + m2));
            else rows.Store(r, Sum(y0 + y2, m0 + m2), Sum(y1 + y3, m1 + m3));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void FourTokens(in RowRange rows, int row, TBlock* first, TBlock* end)
    {
        var columns = rows.Columns;
        var blocks = columns / 32;
        Vector256<float> even0 = default, even1 = default, even2 = default, even3 = default;
        Vector128<float> least0 = default, least1 = default, least2 = default, least3 = default;
        for (var odd = 0; ; odd++)
        {
            Vector256<float> y0 = default, y1 = default, y2 = default, y3 = default;
            Vector128<float> m0 = default, m1 = default, m2 = default, m3 = default;
            var x = rows.X.Values + 32 * odd;
            float* dx = rows.X.Scales + odd, sums = rows.X.Sums32 + odd;
            for (var block = first + odd; block < end; block += 2, x += 64, dx += 2, sums += 2)
            {
                Vectors.PrefetchAfter(block, 2);
                var u = TBlock.Unpack32(block, 0);
                Add(block, u, x, dx, sums, ref y0, ref m0);
                Add(block, u, x + columns, dx + blocks, sums + blocks, ref y1, ref m1);
                Add(block, u, x + 2 * columns, dx + 2 * blocks, sums + 2 * blocks, ref y2, ref m2);
                Add(block, u, x + 3 * columns, dx + 3 * blocks, sums + 3 * blocks, ref y3, ref m3);
            }

            if (odd == 1)
            {
                rows.Store(row, Sum(even0 + y0, least0 + m0), Sum(even1 + y1, least1 + m1), Sum(even2 + y2, least2 + m2), Sum(even3 + y3, least3 + m3));
                return;
            }

            (even0, even1, even2, even3) = (y0, y1, y2, y3);
            (least0, least1, least2, least3) = (m0, m1, m2, m3);
        }
    }

    /// <summary>Adds scale·dx·Σu·x of a block, and minimum·dx·Σx to lane 0 of the minima: as many offsets where these are the same in every block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(TBlock* block, Vector256<byte> u, sbyte* x, float* dx, float* sum, ref Vector256<float> y, ref Vector128<float> minima)
    {
        var factor = Vector128.CreateScalarUnsafe(TBlock.Scale(block) * *dx);
        var products = TBlock.IsSigned ? Vectors.MultiplySigned(u.AsSByte(), Vector256.Load(x)) : Avx2.MultiplyAddAdjacent(u, Vector256.Load(x));
        y = Fma.MultiplyAdd(Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(products, Vector256<short>.One)), Avx2.BroadcastScalarToVector256(factor), y);
        if (TBlock.IsSigned) return;
        var minimum = TBlock.Offset != 0 ? factor : Vector128.CreateScalarUnsafe(TBlock.Minimum(block) * *dx);
        minima = Fma.MultiplyAddScalar(minimum, Vector128.CreateScalarUnsafe(*sum), minima);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Sum(Vector256<float> y, Vector128<float> minima)
    {
        if (TBlock.IsSigned) return Vectors.Sum(y);
        return Vectors.Sum(y) - (TBlock.Offset != 0 ? TBlock.Offset : 1) * minima.ToScalar();
    }
}
