using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// For formats of 256 weights whose groups have whole-number scales and minima: w = factor·scale[g]·u − minimumFactor·minimum[g]. Products
/// stay integers over a block: words as long as they fit (see <see cref="StepsInWords"/>), then times the group's scale as int32.
/// Limit: two pmaddubsw of 32 bytes a cycle, 64 products; additions and scales leave some 80% of that for u of 4 bits, 60% for 6 bits.
/// <code>
/// weights: for each 4 columns                | row 0: u u u u | row 1 | … |            unsigned bytes; signed u are raised by their largest
/// scales:  for each group of columns         | row 0: scale, scale | row 1 | … |       words
/// minima:  for each two groups of columns    | row 0: minimum, minimum | row 1 | … |   words; see <see cref="ActivationRow.PartSums"/> for their order
/// factors: for each block                    | row 0 | row 1 | … | minimum factors |   float
/// </code>
/// </summary>
readonly unsafe struct WholeScaleTiles<TBlock, V, TLanes> : IPanelTiles
    where TBlock : unmanaged, IBlock256<TBlock>
    where V : struct
    where TLanes : struct, ILanes<V>
{
    // Constants; inlined by order, or loops would not be over constants and the calls would clear all vector registers.
    static int LaneBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4 * TLanes.Count;
    }

    static int Groups
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 256 / TBlock.GroupSize;
    }

    static byte Bias
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TBlock.IsSigned ? TBlock.Largest : (byte)0;
    }

    /// <summary>Steps of 4 columns of a group that may be added as words: each adds at most 2·u·127 in magnitude.</summary>
    static int StepsInWords
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var largest = TBlock.Largest + Bias;
            return largest <= 16 ? TBlock.GroupSize / 4 : largest <= 32 ? 4 : largest <= 64 ? 2 : 1;
        }
    }

    public static int Rows => 2 * TLanes.Count;

    public static long PanelBytes(int columns) => 2L * LaneBytes * (columns / 4 + columns / 256 * (Groups + Groups / 2 + 2));

    static byte* Scales(byte* panel, int columns) => panel + 2L * LaneBytes * (columns / 4);

    static byte* Minima(byte* panel, int columns) => Scales(panel, columns) + 2L * LaneBytes * (columns / 256 * Groups);

    static byte* Factors(byte* panel, int columns) => Minima(panel, columns) + LaneBytes * (columns / 256 * Groups);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(byte* panel, byte* firstRow, long rowBytes, int count, int columns)
    {
        var rows = stackalloc TBlock*[IPanelTiles.MostRows];
        BlockRows<TBlock>.Find(rows, Rows, firstRow, rowBytes, count);
        var source = new BlockRows<TBlock>(rows);
        byte* scales = Scales(panel, columns), minima = Minima(panel, columns), factors = Factors(panel, columns);
        for (var b = 0; b < columns / 256; b++)
        {
            for (var r = 0; r < Rows; r += 8)
            {
                FirstParts(source, r, b, panel + 4 * r);
                LastParts(source, r, b, panel + 64 * LaneBytes + 4 * r);
                FillScales(source, r, b, scales + 4 * r, minima + 4 * r);
                for (var i = r; i < r + 8; i++)
                {
                    ((float*)factors)[i] = TBlock.Factor(source[i, b]);
                    ((float*)factors)[Rows + i] = TBlock.MinimumFactor(source[i, b]);
                }
            }

            panel += 2L * LaneBytes * 64;
            scales += 2L * LaneBytes * Groups;
            minima += LaneBytes * Groups;
            factors += 4 * LaneBytes;
        }
    }

    // The parts are constants here, which spares shifts by numbers of bits that are not known.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void FirstParts(BlockRows<TBlock> source, int row, int block, byte* target)
    {
        source.Interleave(row, block, 0, Bias, target, 2 * LaneBytes);
        source.Interleave(row, block, 1, Bias, target + 16 * LaneBytes, 2 * LaneBytes);
        source.Interleave(row, block, 2, Bias, target + 32 * LaneBytes, 2 * LaneBytes);
        source.Interleave(row, block, 3, Bias, target + 48 * LaneBytes, 2 * LaneBytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void LastParts(BlockRows<TBlock> source, int row, int block, byte* target)
    {
        source.Interleave(row, block, 4, Bias, target, 2 * LaneBytes);
        source.Interleave(row, block, 5, Bias, target + 16 * LaneBytes, 2 * LaneBytes);
        source.Interleave(row, block, 6, Bias, target + 32 * LaneBytes, 2 * LaneBytes);
        source.Interleave(row, block, 7, Bias, target + 48 * LaneBytes, 2 * LaneBytes);
    }

    /// <summary>The scales and minima of 8 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void FillScales(in BlockRows<TBlock> source, int row, int block, byte* scales, byte* minima)
    {
        // (8 rows) each: words of the first halves of the parts of 32 columns, then of the second halves.
        Vector256<int>* first = stackalloc Vector256<int>[8], second = stackalloc Vector256<int>[8], pairs = stackalloc Vector256<int>[8];
        for (var r = 0; r < 8; r++)
        {
            var words = TBlock.GroupScales(source[row + r, block]);
            first[r] = Twice(words.GetLower());
            second[r] = Twice(words.GetUpper());
            words = TBlock.GroupMinima(source[row + r, block], words);
            pairs[r] = words.AsInt32();
        }

        if (Groups == 8)
        {
            Interleaving.Transpose(first, scales, 2 * LaneBytes);
            for (var r = 0; r < 8; r++)
                for (var p = 0; p < 4; p++) ((int*)minima)[p * Rows + r] = ((int*)(pairs + r))[p];
            return;
        }

        Interleaving.Transpose(first, scales, 4 * LaneBytes);
        Interleaving.Transpose(second, scales + 2 * LaneBytes, 4 * LaneBytes);
        Interleaving.Transpose(pairs, minima, 2 * LaneBytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Low(Vector128<short> words) => Avx2.ConvertToVector256Int32(words.AsUInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Twice(Vector128<short> words) => Low(words) | Low(words) << 16;

    [SkipLocalsInit]
    public static void Multiply(byte* panel, in QuantizedBatch batch, int token, float* output, int outputStride)
    {
        int columns = batch.Columns, blocks = columns / 256;
        byte* scales = Scales(panel, columns), minima = Minima(panel, columns), factors = Factors(panel, columns);
        var x = batch.Values + (long)token * columns;
        var sums = batch.PartSums + (long)token * columns / 16;
        var xScales = batch.Scales + (long)token * blocks;
        var products = stackalloc int[IPanelTiles.Tokens * Rows];
        var result = stackalloc float[IPanelTiles.Tokens * Rows];
        new Span<float>(result, IPanelTiles.Tokens * Rows).Clear();
        for (var b = 0; b < blocks; b++)
        {
            Products(panel, scales, x, columns, products);
            Scale(products, minima, sums, columns / 16, factors, xScales + b, blocks, result);
            panel += 2L * LaneBytes * 64;
            scales += 2L * LaneBytes * Groups;
            minima += LaneBytes * Groups;
            factors += 4 * LaneBytes;
            x += 256;
            sums += 16;
        }

        for (var t = 0; t < IPanelTiles.Tokens; t++)
            new Span<float>(result + t * Rows, Rows).CopyTo(new Span<float>(output + (long)t * outputStride, Rows));
    }

    /// <summary>Σ scale·u·x over a block, of 4 tokens that are <paramref name="stride"/> apart.</summary>
    /// <param name="products">(4, <see cref="Rows"/>).</param>
    // Apart from the rest, for the compiler keeps only so many variables in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Products(byte* w, byte* scales, sbyte* x0, int stride, int* products)
    {
        sbyte* x1 = x0 + stride, x2 = x1 + stride, x3 = x2 + stride;
        V ia0 = default, ia1 = default, ia2 = default, ia3 = default, ib0 = default, ib1 = default, ib2 = default, ib3 = default;
        for (var g = 0; g < Groups; g++, scales += 2 * LaneBytes)
            for (var part = 0; part < TBlock.GroupSize / 4; part += StepsInWords)
            {
                ByteSteps<V, TLanes>.Multiply(
                    StepsInWords, w, x0, x1, x2, x3, out var sa0, out var sa1, out var sa2, out var sa3, out var sb0, out var sb1, out var sb2, out var sb3);
                w += 2 * LaneBytes * StepsInWords;
                x0 += 4 * StepsInWords;
                x1 += 4 * StepsInWords;
                x2 += 4 * StepsInWords;
                x3 += 4 * StepsInWords;
                V ca = TLanes.Load(scales), cb = TLanes.Load(scales + LaneBytes);
                ia0 = TLanes.AddInts(ia0, TLanes.MultiplyWords(sa0, ca));
                ia1 = TLanes.AddInts(ia1, TLanes.MultiplyWords(sa1, ca));
                ia2 = TLanes.AddInts(ia2, TLanes.MultiplyWords(sa2, ca));
                ia3 = TLanes.AddInts(ia3, TLanes.MultiplyWords(sa3, ca));
                ib0 = TLanes.AddInts(ib0, TLanes.MultiplyWords(sb0, cb));
                ib1 = TLanes.AddInts(ib1, TLanes.MultiplyWords(sb1, cb));
                ib2 = TLanes.AddInts(ib2, TLanes.MultiplyWords(sb2, cb));
                ib3 = TLanes.AddInts(ib3, TLanes.MultiplyWords(sb3, cb));
            }

        TLanes.Store(ia0, products);
        TLanes.Store(ib0, products + TLanes.Count);
        TLanes.Store(ia1, products + Rows);
        TLanes.Store(ib1, products + Rows + TLanes.Count);
        TLanes.Store(ia2, products + 2 * Rows);
        TLanes.Store(ib2, products + 2 * Rows + TLanes.Count);
        TLanes.Store(ia3, products + 3 * Rows);
        TLanes.Store(ib3, products + 3 * Rows + TLanes.Count);
    }

    /// <summary>result += x's scale · (factor·products − minimumFactor·Σ minimum·Σx), of 4 tokens.</summary>
    /// <param name="products">(4, <see cref="Rows"/>), as <paramref name="result"/>.</param>
    /// <param name="s0">Σx of the first token, see <see cref="ActivationRow.PartSums"/>; the others' follow <paramref name="sumStride"/> apart.</param>
    /// <param name="xScales">The first token's; the others' follow <paramref name="scaleStride"/> apart.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Scale(int* products, byte* minima, short* s0, int sumStride, byte* factors, float* xScales, int scaleStride, float* result)
    {
        short* s1 = s0 + sumStride, s2 = s1 + sumStride, s3 = s2 + sumStride;
        // Two groups at a time: |minimum| ≤ 128·32 and |Σx| ≤ 16·127, or minimum ≤ 63 and |Σx| ≤ 32·127.
        V ma0 = default, ma1 = default, ma2 = default, ma3 = default, mb0 = default, mb1 = default, mb2 = default, mb3 = default;
        for (var g = 0; g < Groups; g += 2, minima += 2 * LaneBytes)
        {
            V na = TLanes.Load(minima), nb = TLanes.Load(minima + LaneBytes);
            var n = Sums(s0 + g);
            ma0 = TLanes.AddInts(ma0, TLanes.MultiplyWords(na, n));
            mb0 = TLanes.AddInts(mb0, TLanes.MultiplyWords(nb, n));
            n = Sums(s1 + g);
            ma1 = TLanes.AddInts(ma1, TLanes.MultiplyWords(na, n));
            mb1 = TLanes.AddInts(mb1, TLanes.MultiplyWords(nb, n));
            n = Sums(s2 + g);
            ma2 = TLanes.AddInts(ma2, TLanes.MultiplyWords(na, n));
            mb2 = TLanes.AddInts(mb2, TLanes.MultiplyWords(nb, n));
            n = Sums(s3 + g);
            ma3 = TLanes.AddInts(ma3, TLanes.MultiplyWords(na, n));
            mb3 = TLanes.AddInts(mb3, TLanes.MultiplyWords(nb, n));
        }

        V fa = TLanes.Load(factors), fb = TLanes.Load(factors + LaneBytes), ga = TLanes.Load(factors + 2 * LaneBytes), gb = TLanes.Load(factors + 3 * LaneBytes);
        Add(products, fa, fb, ga, gb, ma0, mb0, xScales[0], result);
        Add(products + Rows, fa, fb, ga, gb, ma1, mb1, xScales[scaleStride], result + Rows);
        Add(products + 2 * Rows, fa, fb, ga, gb, ma2, mb2, xScales[2 * scaleStride], result + 2 * Rows);
        Add(products + 3 * Rows, fa, fb, ga, gb, ma3, mb3, xScales[3 * scaleStride], result + 3 * Rows);
    }

    /// <summary>Σx of two groups; of both halves of each where groups are parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Sums(short* sums) => Groups == 8 ? TLanes.AddWords(TLanes.Broadcast(sums), TLanes.Broadcast(sums + 8)) : TLanes.Broadcast(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(int* products, V fa, V fb, V ga, V gb, V ma, V mb, float xScale, float* result)
    {
        var scale = TLanes.Broadcast(xScale);
        V a = TLanes.Multiply(fa, TLanes.ToFloat(TLanes.Load(products)));
        V b = TLanes.Multiply(fb, TLanes.ToFloat(TLanes.Load(products + TLanes.Count)));
        a = TLanes.Subtract(ga, TLanes.ToFloat(ma), a);
        b = TLanes.Subtract(gb, TLanes.ToFloat(mb), b);
        TLanes.Store(TLanes.MultiplyAdd(a, scale, TLanes.Load(result)), result);
        TLanes.Store(TLanes.MultiplyAdd(b, scale, TLanes.Load(result + TLanes.Count)), result + TLanes.Count);
    }
}
