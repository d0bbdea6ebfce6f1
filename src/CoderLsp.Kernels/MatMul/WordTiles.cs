using System.Runtime.CompilerServices;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// For formats of signed bytes, two of whose products do not fit into a word: weights and activations are words, products int32 over 32 columns, then
/// float times the scales of both. The activations are so rounded to 15 bits in place of 7.
/// Limit: two pmaddwd of 16 words a cycle, 32 products.
/// <code>
/// weights: for each 2 columns    | row 0: w w | row 1 | … |   words
/// scales:  for each 32 columns   | row 0 | row 1 | … |        float
/// </code>
/// </summary>
readonly unsafe struct WordTiles<TBlock, V, TLanes> : IPanelTiles
    where TBlock : unmanaged, IBlockFormat<TBlock>
    where V : struct
    where TLanes : struct, ILanes<V>
{
    // Constants; inlined by order, or loops would not be over constants and the calls would clear all vector registers.
    static int LaneBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4 * TLanes.Count;
    }

    public static int Rows => 2 * TLanes.Count;

    public static long PanelBytes(int columns) => 2L * LaneBytes * (columns / 2 + columns / 32);

    static byte* Scales(byte* panel, int columns) => panel + 2L * LaneBytes * (columns / 2);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(byte* panel, byte* firstRow, long rowBytes, int count, int columns)
    {
        var rows = stackalloc TBlock*[IPanelTiles.MostRows];
        BlockRows<TBlock>.Find(rows, Rows, firstRow, rowBytes, count);
        var source = new BlockRows<TBlock>(rows);
        var scales = (float*)Scales(panel, columns);
        var parts = TBlock.BlockSize / 32;
        float* rowScales = stackalloc float[8], minima = stackalloc float[8]; // groups of 32 have no minima
        for (var b = 0; b < columns / TBlock.BlockSize; b++, scales += parts * Rows)
        {
            for (var part = 0; part < parts; part++, panel += 32L * LaneBytes)
                for (var r = 0; r < Rows; r += 8) source.InterleaveWords(r, b, part, panel + 4 * r, 2 * LaneBytes);
            for (var r = 0; r < Rows; r++)
            {
                TBlock.Scales(source[r, b], rowScales, minima);
                for (var part = 0; part < parts; part++) scales[part * Rows + r] = rowScales[part];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(byte* panel, in QuantizedBatch batch, int token, float* output, int outputStride)
    {
        int columns = batch.Columns, groups = columns / 32;
        byte* w = panel, scales = Scales(panel, columns);
        short* x0 = batch.Words + (long)token * columns, x1 = x0 + columns, x2 = x1 + columns, x3 = x2 + columns;
        float* d0 = batch.Scales + (long)token * groups, d1 = d0 + groups, d2 = d1 + groups, d3 = d2 + groups;

        V ya0 = default, ya1 = default, ya2 = default, ya3 = default, yb0 = default, yb1 = default, yb2 = default, yb3 = default;
        for (var g = 0; g < groups; g++, scales += 2 * LaneBytes)
        {
            // 32 products of at most 128·32,767 each: below 2^31.
            V ia0 = default, ia1 = default, ia2 = default, ia3 = default, ib0 = default, ib1 = default, ib2 = default, ib3 = default;
            for (var step = 0; step < 16; step += 4, w += 8 * LaneBytes)
            {
                Add(w, x0, x1, x2, x3, ref ia0, ref ia1, ref ia2, ref ia3, ref ib0, ref ib1, ref ib2, ref ib3);
                Add(w + 2 * LaneBytes, x0 + 2, x1 + 2, x2 + 2, x3 + 2, ref ia0, ref ia1, ref ia2, ref ia3, ref ib0, ref ib1, ref ib2, ref ib3);
                Add(w + 4 * LaneBytes, x0 + 4, x1 + 4, x2 + 4, x3 + 4, ref ia0, ref ia1, ref ia2, ref ia3, ref ib0, ref ib1, ref ib2, ref ib3);
                Add(w + 6 * LaneBytes, x0 + 6, x1 + 6, x2 + 6, x3 + 6, ref ia0, ref ia1, ref ia2, ref ia3, ref ib0, ref ib1, ref ib2, ref ib3);
                x0 += 8;
                x1 += 8;
                x2 += 8;
                x3 += 8;
            }

            V ca = TLanes.Load(scales), cb = TLanes.Load(scales + LaneBytes);
            V a0 = TLanes.Broadcast(d0[g]), a1 = TLanes.Broadcast(d1[g]), a2 = TLanes.Broadcast(d2[g]), a3 = TLanes.Broadcast(d3[g]);
            ya0 = TLanes.MultiplyAdd(TLanes.Multiply(ca, a0), TLanes.ToFloat(ia0), ya0);
            ya1 = TLanes.MultiplyAdd(TLanes.Multiply(ca, a1), TLanes.ToFloat(ia1), ya1);
            ya2 = TLanes.MultiplyAdd(TLanes.Multiply(ca, a2), TLanes.ToFloat(ia2), ya2);
            ya3 = TLanes.MultiplyAdd(TLanes.Multiply(ca, a3), TLanes.ToFloat(ia3), ya3);
            yb0 = TLanes.MultiplyAdd(TLanes.Multiply(cb, a0), TLanes.ToFloat(ib0), yb0);
            yb1 = TLanes.MultiplyAdd(TLanes.Multiply(cb, a1), TLanes.ToFloat(ib1), yb1);
            yb2 = TLanes.MultiplyAdd(TLanes.Multiply(cb, a2), TLanes.ToFloat(ib2), yb2);
            yb3 = TLanes.MultiplyAdd(TLanes.Multiply(cb, a3), TLanes.ToFloat(ib3), yb3);
        }

        TLanes.Store(ya0, output);
        TLanes.Store(yb0, output + TLanes.Count);
        TLanes.Store(ya1, output + outputStride);
        TLanes.Store(yb1, output + outputStride + TLanes.Count);
        TLanes.Store(ya2, output + 2L * outputStride);
        TLanes.Store(yb2, output + 2L * outputStride + TLanes.Count);
        TLanes.Store(ya3, output + 3L * outputStride);
        TLanes.Store(yb3, output + 3L * outputStride + TLanes.Count);
    }

    /// <summary>2 columns of both vectors of rows and 4 tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(
        byte* w, short* x0, short* x1, short* x2, short* x3,
        ref V a0, ref V a1, ref V a2, ref V a3, ref V b0, ref V b1, ref V b2, ref V b3)
    {
        V wa = TLanes.Load(w), wb = TLanes.Load(w + LaneBytes), x = TLanes.Broadcast(x0);
        a0 = TLanes.AddInts(a0, TLanes.MultiplyWords(wa, x));
        b0 = TLanes.AddInts(b0, TLanes.MultiplyWords(wb, x));
        x = TLanes.Broadcast(x1);
        a1 = TLanes.AddInts(a1, TLanes.MultiplyWords(wa, x));
        b1 = TLanes.AddInts(b1, TLanes.MultiplyWords(wb, x));
        x = TLanes.Broadcast(x2);
        a2 = TLanes.AddInts(a2, TLanes.MultiplyWords(wa, x));
        b2 = TLanes.AddInts(b2, TLanes.MultiplyWords(wb, x));
        x = TLanes.Broadcast(x3);
        a3 = TLanes.AddInts(a3, TLanes.MultiplyWords(wa, x));
        b3 = TLanes.AddInts(b3, TLanes.MultiplyWords(wb, x));
    }
}
