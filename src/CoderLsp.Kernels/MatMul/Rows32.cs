using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// Rows of blocks of 32 weights times a few tokens, as they lie: <code>Σ w·x = Σ over blocks of scale·dx·Σu·x − minimum·dx·Σx</code>
/// Factors of 8 blocks are computed at a time; through memory, from where a load brings one to all lanes. The blocks of even and of odd number have
/// a sum each, for each addition waits for the last one. All is the same for any number of tokens, so that a token's results have the same bits
/// in any batch.
/// </summary>
static unsafe class Rows32<TBlock, TTokens> where TBlock : unmanaged, IBlock32<TBlock> where TTokens : struct, ITokenCount
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void MultiplyAvx2(in RowRange rows)
    {
        var columns = rows.Columns;
        var blocks = columns / 32;
        var factors = stackalloc float[8 * TTokens.Count]; // (tokens, 8 blocks)
        for (var r = rows.FirstRow; r < rows.EndRow; r++)
        {
            var block = (TBlock*)(rows.Weights + r * rows.RowBytes);
            var end = block + blocks;
            var x = rows.X.Values;
            float* dx = rows.X.Scales, sums = rows.X.Sums32;
            Vector256<float> y0 = default, y1 = default, y2 = default, y3 = default, z0 = default, z1 = default, z2 = default, z3 = default;
            Vector256<float> m0 = default, m1 = default, m2 = default, m3 = default;
            for (; block <= end - 8; block += 8, x += 256, dx += 8, sums += 8)
            {
                Vectors.PrefetchAfter(block, 4);
                Vectors.PrefetchAfter(block + 4, 4);
                var scales = HalfBits.ToSingle8(Halves(block, 0));
                var least = TBlock.IsSigned || TBlock.Offset != 0 ? scales : -HalfBits.ToSingle8(Halves(block, 1));
                Factors(scales, least, dx, sums, factors, ref m0);
                if (TTokens.Count > 1) Factors(scales, least, dx + blocks, sums + blocks, factors + 8, ref m1);
                if (TTokens.Count > 2)
                {
                    Factors(scales, least, dx + 2 * blocks, sums + 2 * blocks, factors + 16, ref m2);
                    Factors(scales, least, dx + 3 * blocks, sums + 3 * blocks, factors + 24, ref m3);
                }

                Add(block, x, columns, factors, ref y0, ref y1, ref y2, ref y3);
                Add(block + 1, x + 32, columns, factors + 1, ref z0, ref z1, ref z2, ref z3);
                Add(block + 2, x + 64, columns, factors + 2, ref y0, ref y1, ref y2, ref y3);
                Add(block + 3, x + 96, columns, factors + 3, ref z0, ref z1, ref z2, ref z3);
                Add(block + 4, x + 128, columns, factors + 4, ref y0, ref y1, ref y2, ref y3);
                Add(block + 5, x + 160, columns, factors + 5, ref z0, ref z1, ref z2, ref z3);
                Add(block + 6, x + 192, columns, factors + 6, ref y0, ref y1, ref y2, ref y3);
                Add(block + 7, x + 224, columns, factors + 7, ref z0, ref z1, ref z2, ref z3);
            }

            for (; block < end; block++, x += 32, dx++, sums++)
            {
                Factor(block, dx, sums, factors, ref m0);
                if (TTokens.Count > 1) Factor(block, dx + blocks, sums + blocks, factors + 8, ref m1);
                if (TTokens.Count > 2)
                {
                    Factor(block, dx + 2 * blocks, sums + 2 * blocks, factors + 16, ref m2);
                    Factor(block, dx + 3 * blocks, sums + 3 * blocks, factors + 24, ref m3);
                }

                Add(block, x, columns, factors, ref y0, ref y1, ref y2, ref y3);
            }

            if (TTokens.Count == 1) rows.Store(r, Sum(y0 + z0, m0));
            else if (TTokens.Count == 2) rows.Store(r, Sum(y0 + z0, m0), Sum(y1 + z1, m1));
            else rows.Store(r, Sum(y0 + z0, m0), Sum(y1 + z1, m1), Sum(y2 + z2, m2), Sum(y3 + z3, m3));
        }
    }

    /// <summary>Half <paramref name="at"/> of each of 8 blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ushort> Halves(TBlock* block, int at) => Vector128.Create(
        ((ushort*)block)[at], ((ushort*)(block + 1))[at], ((ushort*)(block + 2))[at], ((ushort*)(block + 3))[at],
        ((ushort*)(block + 4))[at], ((ushort*)(block + 5))[at], ((ushort*)(block + 6))[at], ((ushort*)(block + 7))[at]);

    /// <summary>A token's factors scale·dx of 8 blocks; adds minimum·dx·Σx of each: as many offsets where these are the same in every block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Factors(Vector256<float> scales, Vector256<float> least, float* dx, float* sums, float* factors, ref Vector256<float> minimum)
    {
        var d = Vector256.Load(dx);
        var factor = scales * d;
        factor.Store(factors);
        if (!TBlock.IsSigned) minimum = Fma.MultiplyAdd(TBlock.Offset != 0 ? factor : least * d, Vector256.Load(sums), minimum);
    }

    /// <summary>The same of one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Factor(TBlock* block, float* dx, float* sum, float* factor, ref Vector256<float> minimum)
    {
        *factor = TBlock.Scale(block) * *dx;
        if (!TBlock.IsSigned) minimum += Vector256.CreateScalar((TBlock.Offset != 0 ? *factor : TBlock.Minimum(block) * *dx) * *sum);
    }

    /// <summary>Adds scale·dx·Σu·x of a block, for all tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(
        TBlock* block, sbyte* x, int columns, float* factors,
        ref Vector256<float> y0, ref Vector256<float> y1, ref Vector256<float> y2, ref Vector256<float> y3)
    {
        var u = TBlock.Unpack32(block, 0);
        y0 = Add(u, x, factors, y0);
        if (TTokens.Count > 1) y1 = Add(u, x + columns, factors + 8, y1);
        if (TTokens.Count > 2)
        {
            y2 = Add(u, x + 2 * columns, factors + 16, y2);
            y3 = Add(u, x + 3 * columns, factors + 24, y3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Add(Vector256<byte> u, sbyte* x, float* factor, Vector256<float> y)
    {
        var products = TBlock.IsSigned ? Vectors.MultiplySigned(u.AsSByte(), Vector256.Load(x)) : Avx2.MultiplyAddAdjacent(u, Vector256.Load(x));
        return Fma.MultiplyAdd(Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(products, Vector256<short>.One)), Vector256.Create(*factor), y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Sum(Vector256<float> y, Vector256<float> minimum)
    {
        if (TBlock.IsSigned) return Vectors.Sum(y);
        return Vectors.Sum(y) - (TBlock.Offset != 0 ? TBlock.Offset : 1) * Vectors.Sum(minimum);
    }
}
