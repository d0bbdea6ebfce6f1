using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// For all formats, on Arm: a dot product takes 4 columns of 4 rows and adds them to 4 sums of 32 bits, a lane each, so that nothing is added as words
/// and one family of tiles is enough. A group's sums become float, times its scale and the activations'.
/// Limit: the dot products, 16 products each; of 4 bits a group of 32 takes 8 for each vector and token, and 4 other operations.
/// <code>
/// weights: for each 4 columns    | row 0: w w w w | row 1 | … | row 7 |   signed bytes (<see cref="SignedWeights{TBlock}"/>)
/// scales:  for each group        | row 0 | … | row 7 |                    float
/// minima:  for each group        | row 0 | … | row 7 |                    float, where there are any
/// </code>
/// </summary>
readonly unsafe struct DotTiles<TBlock> : IPanelTiles where TBlock : unmanaged, IBlockFormat<TBlock>
{
    public static int Rows => 8;

    public static long PanelBytes(int columns) => Rows * (columns + 2L * sizeof(float) * (columns / TBlock.GroupSize));

    static float* Scales(byte* panel, int columns) => (float*)(panel + Rows * columns);

    static float* Minima(byte* panel, int columns) => Scales(panel, columns) + Rows * (columns / TBlock.GroupSize);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(byte* panel, byte* firstRow, long rowBytes, int count, int columns)
    {
        var rows = stackalloc TBlock*[Rows];
        BlockRows<TBlock>.Find(rows, Rows, firstRow, rowBytes, count);
        var groups = TBlock.BlockSize / TBlock.GroupSize;
        float* scales = Scales(panel, columns), minima = Minima(panel, columns), rowScales = stackalloc float[groups], rowMinima = stackalloc float[groups];
        for (var b = 0; b < columns / TBlock.BlockSize; b++, scales += groups * Rows, minima += groups * Rows)
        {
            for (var part = 0; part < TBlock.BlockSize / 32; part++, panel += 32 * Rows)
                for (var r = 0; r < Rows; r += 4) Interleave(rows + r, b, part, panel + 4 * r);
            for (var r = 0; r < Rows; r++)
            {
                TBlock.Scales(rows[r] + b, rowScales, rowMinima);
                for (var g = 0; g < groups; g++)
                {
                    scales[g * Rows + r] = rowScales[g];
                    minima[g * Rows + r] = rowMinima[g];
                }
            }
        }
    }

    /// <summary>32 columns of 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Interleave(TBlock** rows, int block, int part, byte* target)
    {
        var (r0, s0) = SignedWeights<TBlock>.Read(rows[0] + block, part);
        var (r1, s1) = SignedWeights<TBlock>.Read(rows[1] + block, part);
        var (r2, s2) = SignedWeights<TBlock>.Read(rows[2] + block, part);
        var (r3, s3) = SignedWeights<TBlock>.Read(rows[3] + block, part);
        Transpose(r0.AsInt32(), r1.AsInt32(), r2.AsInt32(), r3.AsInt32(), target);
        Transpose(s0.AsInt32(), s1.AsInt32(), s2.AsInt32(), s3.AsInt32(), target + 16 * Rows);
    }

    /// <summary>Transposes 4 × 4 lanes: vector k at <paramref name="target"/> + 4·k·<see cref="Rows"/> holds lane k of every row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Transpose(Vector128<int> r0, Vector128<int> r1, Vector128<int> r2, Vector128<int> r3, byte* target)
    {
        Vector128<long> low01 = AdvSimd.Arm64.ZipLow(r0, r1).AsInt64(), low23 = AdvSimd.Arm64.ZipLow(r2, r3).AsInt64();
        Vector128<long> high01 = AdvSimd.Arm64.ZipHigh(r0, r1).AsInt64(), high23 = AdvSimd.Arm64.ZipHigh(r2, r3).AsInt64();
        AdvSimd.Arm64.ZipLow(low01, low23).AsByte().Store(target);
        AdvSimd.Arm64.ZipHigh(low01, low23).AsByte().Store(target + 4 * Rows);
        AdvSimd.Arm64.ZipLow(high01, high23).AsByte().Store(target + 8 * Rows);
        AdvSimd.Arm64.ZipHigh(high01, high23).AsByte().Store(target + 12 * Rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(byte* panel, in QuantizedBatch batch, int token, float* output, int outputStride)
    {
        int columns = batch.Columns, blocks = columns / TBlock.BlockSize, groups = columns / TBlock.GroupSize;
        var w = (sbyte*)panel;
        float* scales = Scales(panel, columns), minima = Minima(panel, columns);
        sbyte* x0 = batch.Values + (long)token * columns, x1 = x0 + columns, x2 = x1 + columns, x3 = x2 + columns;
        float* d0 = batch.Scales + (long)token * blocks, d1 = d0 + blocks, d2 = d1 + blocks, d3 = d2 + blocks;
        float* s0 = (TBlock.GroupSize == 16 ? batch.Sums16 : batch.Sums32) + (long)token * groups, s1 = s0 + groups, s2 = s1 + groups, s3 = s2 + groups;

        Vector128<float> ya0 = default, ya1 = default, ya2 = default, ya3 = default, yb0 = default, yb1 = default, yb2 = default, yb3 = default;
        for (var g = 0; g < groups; g++, scales += Rows, minima += Rows)
        {
            Vector128<int> ia0 = default, ia1 = default, ia2 = default, ia3 = default, ib0 = default, ib1 = default, ib2 = default, ib3 = default;
            for (var i = 0; i < TBlock.GroupSize; i += 16, w += 16 * Rows, x0 += 16, x1 += 16, x2 += 16, x3 += 16)
            {
                Vector128<sbyte> v0 = Vector128.Load(x0), v1 = Vector128.Load(x1), v2 = Vector128.Load(x2), v3 = Vector128.Load(x3);
                Step(w, v0, v1, v2, v3, 0, ref ia0, ref ia1, ref ia2, ref ia3);
                Step(w + 16, v0, v1, v2, v3, 0, ref ib0, ref ib1, ref ib2, ref ib3);
                Step(w + 32, v0, v1, v2, v3, 1, ref ia0, ref ia1, ref ia2, ref ia3);
                Step(w + 48, v0, v1, v2, v3, 1, ref ib0, ref ib1, ref ib2, ref ib3);
                Step(w + 64, v0, v1, v2, v3, 2, ref ia0, ref ia1, ref ia2, ref ia3);
                Step(w + 80, v0, v1, v2, v3, 2, ref ib0, ref ib1, ref ib2, ref ib3);
                Step(w + 96, v0, v1, v2, v3, 3, ref ia0, ref ia1, ref ia2, ref ia3);
                Step(w + 112, v0, v1, v2, v3, 3, ref ib0, ref ib1, ref ib2, ref ib3);
            }

            var b = g * TBlock.GroupSize / TBlock.BlockSize;
            Vector128<float> ca = Vector128.Load(scales), cb = Vector128.Load(scales + 4);
            ya0 = Add(ia0, ca, d0[b], ya0);
            yb0 = Add(ib0, cb, d0[b], yb0);
            ya1 = Add(ia1, ca, d1[b], ya1);
            yb1 = Add(ib1, cb, d1[b], yb1);
            ya2 = Add(ia2, ca, d2[b], ya2);
            yb2 = Add(ib2, cb, d2[b], yb2);
            ya3 = Add(ia3, ca, d3[b], ya3);
            yb3 = Add(ib3, cb, d3[b], yb3);
            if (!SignedWeights<TBlock>.HasMinima) continue;
            Vector128<float> ma = -Vector128.Load(minima), mb = -Vector128.Load(minima + 4);
            ya0 = Vector128.FusedMultiplyAdd(ma, Vector128.Create(d0[b] * s0[g]), ya0);
            yb0 = Vector128.FusedMultiplyAdd(mb, Vector128.Create(d0[b] * s0[g]), yb0);
            ya1 = Vector128.FusedMultiplyAdd(ma, Vector128.Create(d1[b] * s1[g]), ya1);
            yb1 = Vector128.FusedMultiplyAdd(mb, Vector128.Create(d1[b] * s1[g]), yb1);
            ya2 = Vector128.FusedMultiplyAdd(ma, Vector128.Create(d2[b] * s2[g]), ya2);
            yb2 = Vector128.FusedMultiplyAdd(mb, Vector128.Create(d2[b] * s2[g]), yb2);
            ya3 = Vector128.FusedMultiplyAdd(ma, Vector128.Create(d3[b] * s3[g]), ya3);
            yb3 = Vector128.FusedMultiplyAdd(mb, Vector128.Create(d3[b] * s3[g]), yb3);
        }

        Store(ya0, yb0, output);
        Store(ya1, yb1, output + outputStride);
        Store(ya2, yb2, output + 2L * outputStride);
        Store(ya3, yb3, output + 3L * outputStride);
    }

    /// <summary>4 columns of 4 rows times those of 4 tokens, which are lane <paramref name="lane"/> of their vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(
        sbyte* w, Vector128<sbyte> x0, Vector128<sbyte> x1, Vector128<sbyte> x2, Vector128<sbyte> x3, [ConstantExpected(Max = (byte)3)] byte lane,
        ref Vector128<int> i0, ref Vector128<int> i1, ref Vector128<int> i2, ref Vector128<int> i3)
    {
        var weights = Vector128.Load(w);
        i0 = Dp.DotProductBySelectedQuadruplet(i0, weights, x0, lane);
        i1 = Dp.DotProductBySelectedQuadruplet(i1, weights, x1, lane);
        i2 = Dp.DotProductBySelectedQuadruplet(i2, weights, x2, lane);
        i3 = Dp.DotProductBySelectedQuadruplet(i3, weights, x3, lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Add(Vector128<int> products, Vector128<float> scales, float dx, Vector128<float> y) =>
        Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(products), scales * dx, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector128<float> a, Vector128<float> b, float* output)
    {
        a.Store(output);
        b.Store(output + 4);
    }
}
