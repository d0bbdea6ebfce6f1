using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// As <see cref="Rows256{TBlock, TTokens}"/>, four rows at a time. Limit of a row's block, in 512-bit operations: 20 to unpack it, then 12 for
/// each token, of which 6 are multiplications.
/// </summary>
static unsafe class FourRows256<TBlock, TTokens> where TBlock : unmanaged, IFourRows<TBlock> where TTokens : struct, ITokenCount
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAvx512(in RowRange range)
    {
        int columns = range.Columns, blocks = columns / 256, sumsOfToken = columns / 16;
        var rows = new FourRows(range.RowBytes);
        var r = range.FirstRow;
        for (; r <= range.EndRow - 4; r += 4)
        {
            var block = (TBlock*)(range.Weights + r * range.RowBytes);
            var x = range.X.Values;
            var dx = range.X.Scales;
            var sums = range.X.PartSums;
            Vector512<float> y0 = default, y1 = default, y2 = default, y3 = default;
            for (var end = block + blocks; block < end; block++, x += 256, sums += 16, dx++)
            {
                PrefetchNext(block, range.RowBytes);
                var (scales, minima) = TBlock.Scales(block, rows);
                Vector512<int> i0 = default, i1 = default, i2 = default, i3 = default;
                Quarter(block, rows, x, columns, scales, 0, ref i0, ref i1, ref i2, ref i3);
                Quarter(block, rows, x, columns, scales, 1, ref i0, ref i1, ref i2, ref i3);
                Quarter(block, rows, x, columns, scales, 2, ref i0, ref i1, ref i2, ref i3);
                Quarter(block, rows, x, columns, scales, 3, ref i0, ref i1, ref i2, ref i3);

                var (scale, minimum) = TBlock.Factors(block, rows);
                y0 = Add(i0, scale, minima, sums, minimum, dx[0], y0);
                if (TTokens.Count > 1) y1 = Add(i1, scale, minima, sums + sumsOfToken, minimum, dx[blocks], y1);
                if (TTokens.Count > 2)
                {
                    y2 = Add(i2, scale, minima, sums + 2 * sumsOfToken, minimum, dx[2 * blocks], y2);
                    y3 = Add(i3, scale, minima, sums + 3 * sumsOfToken, minimum, dx[3 * blocks], y3);
                }
            }

            range.StoreFour(r, 0, LaneSums(y0));
            if (TTokens.Count > 1) range.StoreFour(r, 1, LaneSums(y1));
            if (TTokens.Count > 2)
            {
                range.StoreFour(r, 2, LaneSums(y2));
                range.StoreFour(r, 3, LaneSums(y3));
            }
        }

        if (r < range.EndRow) Rows256<TBlock, TTokens>.MultiplyAvx512(range.From(r));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Quarter(
        TBlock* block, FourRows rows, sbyte* x, int columns, Vector512<short> scales, int quarter,
        ref Vector512<int> i0, ref Vector512<int> i1, ref Vector512<int> i2, ref Vector512<int> i3)
    {
        var (u0, u1, u2, u3) = TBlock.Unpack64(block, rows, quarter);
        Vector512<short> first = Spread(scales, 2 * quarter), second = Spread(scales, 2 * quarter + 1);
        x += 64 * quarter;
        i0 += Products(u0, u1, first, x) + Products(u2, u3, second, x + 32);
        if (TTokens.Count > 1) i1 += Products(u0, u1, first, x + columns) + Products(u2, u3, second, x + columns + 32);
        if (TTokens.Count > 2)
        {
            i2 += Products(u0, u1, first, x + 2 * columns) + Products(u2, u3, second, x + 2 * columns + 32);
            i3 += Products(u0, u1, first, x + 3 * columns) + Products(u2, u3, second, x + 3 * columns + 32);
        }
    }

    /// <summary>Σ scale·Σu·x of a group. Four products are added as words: 4·31·127 &lt; 2^15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> Products(Vector512<byte> u0, Vector512<byte> u1, Vector512<short> scale, sbyte* x)
    {
        var words = Avx512BW.MultiplyAddAdjacent(u0, Broadcast(x).AsSByte()) + Avx512BW.MultiplyAddAdjacent(u1, Broadcast(x + 16).AsSByte());
        return Avx512BW.MultiplyAddAdjacent(words, scale);
    }

    /// <summary>Adds a block's scale·dx·Σ scale·Σu·x − minimum·dx·Σ minimum·Σx to a token's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Add(
        Vector512<int> products, Vector512<float> scale, Vector512<short> minima, short* sums, Vector512<float> minimum, float dx, Vector512<float> y)
    {
        var below = Avx512BW.MultiplyAddAdjacent(minima, Broadcast(sums).AsInt16()) + Avx512BW.MultiplyAddAdjacent(minima, Broadcast(sums + 8).AsInt16());
        var d = Vector512.Create(dx);
        y = Avx512F.FusedMultiplyAdd(Vector512.ConvertToSingle(products), scale * d, y);
        return Avx512F.FusedMultiplyAddNegated(Vector512.ConvertToSingle(below), minimum * d, y);
    }

    /// <summary>Word <paramref name="number"/> of each lane of 128 bits, in all its words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<short> Spread(Vector512<short> words, int number) =>
        Avx512BW.Shuffle(words.AsByte(), Vector512.Create((short)(2 * number | (2 * number + 1) << 8)).AsByte()).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> Broadcast(void* source) => Avx512F.BroadcastVector128ToVector512((int*)source);

    /// <summary>The sums of the four lanes of 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> LaneSums(Vector512<float> y)
    {
        y += Avx512F.Shuffle(y, y, 0b01_00_11_10);
        y += Avx512F.Shuffle(y, y, 0b10_11_00_01);
        return Avx512F.PermuteVar16x32(y, Vector512.Create(0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12)).GetLower().GetLower();
    }

    /// <summary>Asks for the blocks of the next four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void PrefetchNext(TBlock* block, long rowBytes)
    {
        var next = (byte*)block + 4 * rowBytes;
        for (var row = 0; row < 4; row++, next += rowBytes)
        {
            Sse.Prefetch0(next);
            Sse.Prefetch0(next + 64);
            Sse.Prefetch0(next + 128);
        }
    }
}
