using System.Runtime.CompilerServices;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// For formats of blocks of 32 unsigned weights, each with a scale and a minimum of its own: w = scale·u − minimum. Products are added as words as
/// long as they fit, as int32 over a block, then as float times the block's scales.
/// Limit: as <see cref="WholeScaleTiles{TBlock, V, TLanes}"/>.
/// <code>
/// weights: for each 4 columns   | row 0: u u u u | row 1 | … |              unsigned bytes
/// factors: for each block       | row 0 | row 1 | … | minima of the rows |   float
/// </code>
/// </summary>
readonly unsafe struct FloatScaleTiles<TBlock, V, TLanes> : IPanelTiles
    where TBlock : unmanaged, IBlock32<TBlock>
    where V : struct
    where TLanes : struct, ILanes<V>
{
    // Constants; inlined by order, or loops would not be over constants and the calls would clear all vector registers.
    static int LaneBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4 * TLanes.Count;
    }

    /// <summary>Steps of 4 columns that may be added as words: each adds at most 2·largest·127.</summary>
    static int StepsInWords
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TBlock.Largest <= 15 ? 8 : 4;
    }

    public static int Rows => 2 * TLanes.Count;

    public static long PanelBytes(int columns) => 2L * LaneBytes * (columns / 4 + columns / 32 * 2);

    static byte* Factors(byte* panel, int columns) => panel + 2L * LaneBytes * (columns / 4);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(byte* panel, byte* firstRow, long rowBytes, int count, int columns)
    {
        var rows = stackalloc TBlock*[IPanelTiles.MostRows];
        BlockRows<TBlock>.Find(rows, Rows, firstRow, rowBytes, count);
        var source = new BlockRows<TBlock>(rows);
        var factors = (float*)Factors(panel, columns);
        for (var b = 0; b < columns / 32; b++, panel += 16L * LaneBytes, factors += 2 * Rows)
        {
            for (var r = 0; r < Rows; r += 8) source.Interleave(r, b, 0, 0, panel + 4 * r, 2 * LaneBytes);
            for (var r = 0; r < Rows; r++)
            {
                factors[r] = TBlock.Scale(source[r, b]);
                factors[Rows + r] = TBlock.Minimum(source[r, b]);
            }
        }
    }

    public static void Multiply(byte* panel, in QuantizedBatch batch, int token, float* output, int outputStride)
    {
        int columns = batch.Columns, blocks = columns / 32;
        var factors = Factors(panel, columns);
        float* scales = batch.Scales + (long)token * blocks, sums = batch.Sums32 + (long)token * blocks;
        for (var t = 0; t < IPanelTiles.Tokens; t++)
            Minima(factors, blocks, scales + (long)t * blocks, sums + (long)t * blocks, output + (long)t * outputStride);
        AddProducts(panel, factors, batch.Values + (long)token * columns, columns, scales, output, outputStride);
    }

    /// <summary>result = −Σ minimum·Σx, of one token.</summary>
    /// <param name="sums">Σx of each block, without x's scale.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Minima(byte* factors, int blocks, float* scales, float* sums, float* result)
    {
        V a = default, b = default;
        for (var end = scales + blocks; scales < end; scales++, sums++, factors += 4 * LaneBytes)
        {
            var sum = TLanes.Broadcast(*scales * *sums);
            a = TLanes.Subtract(TLanes.Load(factors + 2 * LaneBytes), sum, a);
            b = TLanes.Subtract(TLanes.Load(factors + 3 * LaneBytes), sum, b);
        }

        TLanes.Store(a, result);
        TLanes.Store(b, result + TLanes.Count);
    }

    /// <summary>result += Σ x's scale·scale·Σ u·x, of 4 tokens.</summary>
    // Apart from the rest, for the compiler keeps only so many variables in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void AddProducts(byte* w, byte* factors, sbyte* x0, int columns, float* d0, float* result, int stride)
    {
        var blocks = columns / 32;
        sbyte* x1 = x0 + columns, x2 = x1 + columns, x3 = x2 + columns;
        float* d1 = d0 + blocks, d2 = d1 + blocks, d3 = d2 + blocks;
        float* r1 = result + stride, r2 = r1 + stride, r3 = r2 + stride;
        V ya0 = TLanes.Load(result), ya1 = TLanes.Load(r1), ya2 = TLanes.Load(r2), ya3 = TLanes.Load(r3);
        V yb0 = TLanes.Load(result + TLanes.Count), yb1 = TLanes.Load(r1 + TLanes.Count), yb2 = TLanes.Load(r2 + TLanes.Count), yb3 = TLanes.Load(r3 + TLanes.Count);
        var ones = TLanes.Broadcast(BitConverter.Int32BitsToSingle(0x00010001)); // words of 1
        for (var b = 0; b < blocks; b++, factors += 4 * LaneBytes)
        {
            ByteSteps<V, TLanes>.Multiply(
                StepsInWords, w, x0, x1, x2, x3, out var sa0, out var sa1, out var sa2, out var sa3, out var sb0, out var sb1, out var sb2, out var sb3);
            V ia0 = TLanes.MultiplyWords(sa0, ones), ia1 = TLanes.MultiplyWords(sa1, ones), ia2 = TLanes.MultiplyWords(sa2, ones), ia3 = TLanes.MultiplyWords(sa3, ones);
            V ib0 = TLanes.MultiplyWords(sb0, ones), ib1 = TLanes.MultiplyWords(sb1, ones), ib2 = TLanes.MultiplyWords(sb2, ones), ib3 = TLanes.MultiplyWords(sb3, ones);
            if (StepsInWords == 4)
            {
                ByteSteps<V, TLanes>.Multiply(4, w + 8 * LaneBytes, x0 + 16, x1 + 16, x2 + 16, x3 + 16, out sa0, out sa1, out sa2, out sa3, out sb0, out sb1, out sb2, out sb3);
                ia0 = TLanes.AddInts(ia0, TLanes.MultiplyWords(sa0, ones));
                ia1 = TLanes.AddInts(ia1, TLanes.MultiplyWords(sa1, ones));
                ia2 = TLanes.AddInts(ia2, TLanes.MultiplyWords(sa2, ones));
                ia3 = TLanes.AddInts(ia3, TLanes.MultiplyWords(sa3, ones));
                ib0 = TLanes.AddInts(ib0, TLanes.MultiplyWords(sb0, ones));
                ib1 = TLanes.AddInts(ib1, TLanes.MultiplyWords(sb1, ones));
                ib2 = TLanes.AddInts(ib2, TLanes.MultiplyWords(sb2, ones));
                ib3 = TLanes.AddInts(ib3, TLanes.MultiplyWords(sb3, ones));
            }

            w += 16 * LaneBytes;
            x0 += 32;
            x1 += 32;
            x2 += 32;
            x3 += 32;
            V fa = TLanes.Load(factors), fb = TLanes.Load(factors + LaneBytes);
            var d = TLanes.Broadcast(d0[b]);
            ya0 = TLanes.MultiplyAdd(TLanes.Multiply(fa, d), TLanes.ToFloat(ia0), ya0);
            yb0 = TLanes.MultiplyAdd(TLanes.Multiply(fb, d), TLanes.ToFloat(ib0), yb0);
            d = TLanes.Broadcast(d1[b]);
            ya1 = TLanes.MultiplyAdd(TLanes.Multiply(fa, d), TLanes.ToFloat(ia1), ya1);
            yb1 = TLanes.MultiplyAdd(TLanes.Multiply(fb, d), TLanes.ToFloat(ib1), yb1);
            d = TLanes.Broadcast(d2[b]);
            ya2 = TLanes.MultiplyAdd(TLanes.Multiply(fa, d), TLanes.ToFloat(ia2), ya2);
            yb2 = TLanes.MultiplyAdd(TLanes.Multiply(fb, d), TLanes.ToFloat(ib2), yb2);
            d = TLanes.Broadcast(d3[b]);
            ya3 = TLanes.MultiplyAdd(TLanes.Multiply(fa, d), TLanes.ToFloat(ia3), ya3);
            yb3 = TLanes.MultiplyAdd(TLanes.Multiply(fb, d), TLanes.ToFloat(ib3), yb3);
        }

        TLanes.Store(ya0, result);
        TLanes.Store(yb0, result + TLanes.Count);
        TLanes.Store(ya1, r1);
        TLanes.Store(yb1, r1 + TLanes.Count);
        TLanes.Store(ya2, r2);
        TLanes.Store(yb2, r2 + TLanes.Count);
        TLanes.Store(ya3, r3);
        TLanes.Store(yb3, r3 + TLanes.Count);
    }
}
