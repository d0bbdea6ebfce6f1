using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// Rows of blocks of 256 weights times a few tokens, as they lie: a part of a block is unpacked into registers and meets every token there.
/// <code>Σ w·x = factor·dx·Σ over groups of scale·Σu·x − minimumFactor·dx·Σ over groups of minimum·Σx</code>
/// Both sums over groups are whole numbers: |Σu·x·scale| of a lane stays below 2^26 (32 products of 63·127·128, or 127·127·32).
/// Signed u up to 64 are raised by their largest; others give their sign to x, for pmaddubsw wants one unsigned side.
/// </summary>
static unsafe class Rows256<TBlock, TTokens> where TBlock : unmanaged, IBlock256<TBlock> where TTokens : struct, ITokenCount
{
    const int MostRaised = 64; // 2·(2·64)·127 < 2^15

    static bool HasMinima
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => !TBlock.IsSigned || TBlock.Largest <= MostRaised;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAvx512(in RowRange rows)
    {
        int columns = rows.Columns, blocks = columns / 256;
        for (var r = rows.FirstRow; r < rows.EndRow; r++)
        {
            var block = (TBlock*)(rows.Weights + r * rows.RowBytes);
            var x = rows.X.Values;
            var factors = rows.X.Scales;
            var sums = rows.X.PartSums;
            Vector512<float> y0 = default, y1 = default, y2 = default, y3 = default;
            Vector256<float> m0 = default, m1 = default, m2 = default, m3 = default;
            for (var end = block + blocks; block < end; block++, x += 256, sums += 16, factors++)
            {
                Vectors.PrefetchAfter(block);
                var scales = TBlock.GroupScales(block);
                Vector512<int> i0 = default, i1 = default, i2 = default, i3 = default;
                Part(block, x, columns, scales, 0, ref i0, ref i1, ref i2, ref i3);
                Part(block, x, columns, scales, 1, ref i0, ref i1, ref i2, ref i3);
                Part(block, x, columns, scales, 2, ref i0, ref i1, ref i2, ref i3);
                Part(block, x, columns, scales, 3, ref i0, ref i1, ref i2, ref i3);

                var factor = TBlock.Factor(block);
                y0 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i0), Vector512.Create(factor * factors[0]), y0);
                if (TTokens.Count > 1) y1 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i1), Vector512.Create(factor * factors[blocks]), y1);
                if (TTokens.Count > 2)
                {
                    y2 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i2), Vector512.Create(factor * factors[2 * blocks]), y2);
                    y3 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(i3), Vector512.Create(factor * factors[3 * blocks]), y3);
                }

                if (!HasMinima) continue;
                var minima = TBlock.GroupMinima(block, scales);
                factor = TBlock.MinimumFactor(block);
                m0 = Minimum(minima, sums, factor * factors[0], m0);
                if (TTokens.Count > 1) m1 = Minimum(minima, sums + columns / 16, factor * factors[blocks], m1);
                if (TTokens.Count > 2)
                {
                    m2 = Minimum(minima, sums + 2 * (columns / 16), factor * factors[2 * blocks], m2);
                    m3 = Minimum(minima, sums + 3 * (columns / 16), factor * factors[3 * blocks], m3);
                }
            }

            if (TTokens.Count == 1) rows.Store(r, Sum(y0, m0));
            else if (TTokens.Count == 2) rows.Store(r, Sum(y0, m0), Sum(y1, m1));
            else rows.Store(r, Sum(y0, m0), Sum(y1, m1), Sum(y2, m2), Sum(y3, m3));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Part(
        TBlock* block, sbyte* x, int columns, Vector256<short> scales, int part,
        ref Vector512<int> i0, ref Vector512<int> i1, ref Vector512<int> i2, ref Vector512<int> i3)
    {
        var u = TBlock.Unpack64(block, part);
        var scale = GroupScale.Spread64(scales, part);
        x += 64 * part;
        if (TBlock.IsSigned && HasMinima) u += Vector512.Create(TBlock.Largest);
        i0 += Avx512BW.MultiplyAddAdjacent(Products(u, x), scale);
        if (TTokens.Count > 1) i1 += Avx512BW.MultiplyAddAdjacent(Products(u, x + columns), scale);
        if (TTokens.Count > 2)
        {
            i2 += Avx512BW.MultiplyAddAdjacent(Products(u, x + 2 * columns), scale);
            i3 += Avx512BW.MultiplyAddAdjacent(Products(u, x + 3 * columns), scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<short> Products(Vector512<byte> u, sbyte* x) =>
        HasMinima ? Avx512BW.MultiplyAddAdjacent(u, Vector512.Load(x)) : Vectors.MultiplySigned(u.AsSByte(), Vector512.Load(x));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAvx2(in RowRange rows)
    {
        int columns = rows.Columns, blocks = columns / 256;
        for (var r = rows.FirstRow; r < rows.EndRow; r++)
        {
            var block = (TBlock*)(rows.Weights + r * rows.RowBytes);
            var x = rows.X.Values;
            var factors = rows.X.Scales;
            var sums = rows.X.PartSums;
            Vector256<float> y0 = default, y1 = default, y2 = default, y3 = default;
            for (var end = block + blocks; block < end; block++, x += 256, sums += 16, factors++)
            {
                Vectors.PrefetchAfter(block);
                var scales = TBlock.GroupScales(block);
                Vector256<int> i0 = default, i1 = default, i2 = default, i3 = default;
                Part(block, x, columns, scales, 0, ref i0, ref i1, ref i2, ref i3);
                Part(block, x, columns, scales, 1, ref i0, ref i1, ref i2, ref i3);
                Part(block, x, columns, scales, 2, ref i0, ref i1, ref i2, ref i3);
                Part(block, x, columns, scales, 3, ref i0, ref i1, ref i2, ref i3);
                Part(block, x, columns, scales, 4, ref i0, ref i1, ref i2, ref i3);
                Part(block, x, columns, scales, 5, ref i0, ref i1, ref i2, ref i3);
                Part(block, x, columns, scales, 6, ref i0, ref i1, ref i2, ref i3);
                Part(block, x, columns, scales, 7, ref i0, ref i1, ref i2, ref i3);

                var factor = TBlock.Factor(block);
                y0 = Fma.MultiplyAdd(Vector256.ConvertToSingle(i0), Vector256.Create(factor * factors[0]), y0);
                if (TTokens.Count > 1) y1 = Fma.MultiplyAdd(Vector256.ConvertToSingle(i1), Vector256.Create(factor * factors[blocks]), y1);
                if (TTokens.Count > 2)
                {
                    y2 = Fma.MultiplyAdd(Vector256.ConvertToSingle(i2), Vector256.Create(factor * factors[2 * blocks]), y2);
                    y3 = Fma.MultiplyAdd(Vector256.ConvertToSingle(i3), Vector256.Create(factor * factors[3 * blocks]), y3);
                }

                if (!HasMinima) continue;
                var minima = TBlock.GroupMinima(block, scales);
                factor = -TBlock.MinimumFactor(block);
                y0 = Minimum(minima, sums, factor * factors[0], y0);
                if (TTokens.Count > 1) y1 = Minimum(minima, sums + columns / 16, factor * factors[blocks], y1);
                if (TTokens.Count > 2)
                {
                    y2 = Minimum(minima, sums + 2 * (columns / 16), factor * factors[2 * blocks], y2);
                    y3 = Minimum(minima, sums + 3 * (columns / 16), factor * factors[3 * blocks], y3);
                }
            }

            if (TTokens.Count == 1) rows.Store(r, Vectors.Sum(y0));
            else if (TTokens.Count == 2) rows.Store(r, Vectors.Sum(y0), Vectors.Sum(y1));
            else rows.Store(r, Vectors.Sum(y0), Vectors.Sum(y1), Vectors.Sum(y2), Vectors.Sum(y3));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Part(
        TBlock* block, sbyte* x, int columns, Vector256<short> scales, int part,
        ref Vector256<int> i0, ref Vector256<int> i1, ref Vector256<int> i2, ref Vector256<int> i3)
    {
        var u = TBlock.Unpack32(block, part);
        var scale = GroupScale.Spread(scales, part);
        x += 32 * part;
        if (TBlock.IsSigned && HasMinima) u += Vector256.Create(TBlock.Largest);
        i0 += Avx2.MultiplyAddAdjacent(Products256(u, x), scale);
        if (TTokens.Count > 1) i1 += Avx2.MultiplyAddAdjacent(Products256(u, x + columns), scale);
        if (TTokens.Count > 2)
        {
            i2 += Avx2.MultiplyAddAdjacent(Products256(u, x + 2 * columns), scale);
            i3 += Avx2.MultiplyAddAdjacent(Products256(u, x + 3 * columns), scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<short> Products256(Vector256<byte> u, sbyte* x) =>
        HasMinima ? Avx2.MultiplyAddAdjacent(u, Vector256.Load(x)) : Vectors.MultiplySigned(u.AsSByte(), Vector256.Load(x));

    /// <summary>Adds factor·Σ minimum·Σx over a block's groups: |minimum| ≤ 128·32 and |Σx| ≤ 16·127, so a lane holds below 2^25.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Minimum(Vector256<short> minima, short* sums, float factor, Vector256<float> total) =>
        Fma.MultiplyAdd(Vector256.ConvertToSingle(Avx2.MultiplyAddAdjacent(minima, Vector256.Load(sums))), Vector256.Create(factor), total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Sum(Vector512<float> y, Vector256<float> minima) => Vectors.Sum(y.GetLower() + y.GetUpper() - minima);
}
