using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// Products for many tokens. Bound by the multipliers (two pmaddubsw a cycle: 64 products), so the layout is paid for once: 8 rows become a
/// <see cref="Panel{TBlock}"/>, which is then multiplied with 4 tokens at a time. A lane is a row, so no sum across lanes is ever needed; the
/// tokens' values are broadcast from memory. A lane collects products in int16 as long as they fit, then in int32, then as float times
/// the group's scale: Σw·x = scale·Σu·x − minimum·Σx, and times the activations' scale once a block.
/// </summary>
static unsafe class ManyTokens<TBlock, TProducts>
    where TBlock : unmanaged, IBlockFormat<TBlock>
    where TProducts : struct, IProducts
{
    const int TileTokens = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAvx2(in Strip strip)
    {
        var panel = new Panel<TBlock>(strip.Scratch, strip.Columns);
        var edge = stackalloc float[Panel<TBlock>.Rows * TileTokens];
        for (var r = strip.FirstRow; r < strip.EndRow; r += Panel<TBlock>.Rows)
        {
            var rows = Math.Min(Panel<TBlock>.Rows, strip.EndRow - r);
            panel.Fill(strip.Weights + r * strip.RowBytes, strip.RowBytes, rows, strip.Columns);
            for (var t = 0; t < strip.Activations.Tokens; t += TileTokens)
            {
                var tokens = Math.Min(TileTokens, strip.Activations.Tokens - t);
                var output = strip.Output + (long)t * strip.OutputStride + r;
                if (rows == Panel<TBlock>.Rows && tokens == TileTokens)
                {
                    Tile(strip.Activations.Quantized, t, panel, output, strip.OutputStride);
                    continue;
                }

                Tile(strip.Activations.Quantized, t, panel, edge, Panel<TBlock>.Rows);
                for (var i = 0; i < tokens; i++)
                    for (var j = 0; j < rows; j++)
                        output[(long)i * strip.OutputStride + j] = edge[i * Panel<TBlock>.Rows + j];
            }
        }
    }

    /// <summary>8 rows × 4 tokens, over all columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile(in QuantizedBatch batch, int token, in Panel<TBlock> panel, float* output, int outputStride)
    {
        var columns = batch.Columns;
        var blocks = columns / TBlock.BlockSize;
        sbyte* x0 = batch.Values + (long)token * columns, x1 = x0 + columns, x2 = x1 + columns, x3 = x2 + columns;
        float* d0 = batch.Scales + (long)token * blocks, d1 = d0 + blocks, d2 = d1 + blocks, d3 = d2 + blocks;
        var groups = columns / TBlock.GroupSize;
        float* n0 = (TBlock.GroupSize == 16 ? batch.Sums16 : batch.Sums32) + (long)token * groups, n1 = n0 + groups, n2 = n1 + groups, n3 = n2 + groups;
        byte* w = panel.Weights;
        float* scales = panel.Scales, minima = panel.Minima;

        Vector256<float> y0 = default, y1 = default, y2 = default, y3 = default;
        for (var b = 0; b < blocks; b++)
        {
            Vector256<float> f0 = default, f1 = default, f2 = default, f3 = default;
            for (var g = 0; g < TBlock.BlockSize / TBlock.GroupSize; g++)
            {
                Vector256<int> i0 = default, i1 = default, i2 = default, i3 = default;
                for (var step = 0; step < TBlock.GroupSize / 4; step += TProducts.StepsInInt16)
                {
                    Vector256<short> s0 = default, s1 = default, s2 = default, s3 = default;
                    for (var s = 0; s < Math.Min(TProducts.StepsInInt16, TBlock.GroupSize / 4); s++)
                    {
                        var weights = Vector256.Load(w);
                        s0 += TProducts.Multiply(weights, Vector256.Create(*(int*)x0).AsSByte());
                        s1 += TProducts.Multiply(weights, Vector256.Create(*(int*)x1).AsSByte());
                        s2 += TProducts.Multiply(weights, Vector256.Create(*(int*)x2).AsSByte());
                        s3 += TProducts.Multiply(weights, Vector256.Create(*(int*)x3).AsSByte());
                        w += 32;
                        x0 += 4;
                        x1 += 4;
                        x2 += 4;
                        x3 += 4;
                    }

                    i0 += Avx2.MultiplyAddAdjacent(s0, Vector256<short>.One);
                    i1 += Avx2.MultiplyAddAdjacent(s1, Vector256<short>.One);
                    i2 += Avx2.MultiplyAddAdjacent(s2, Vector256<short>.One);
                    i3 += Avx2.MultiplyAddAdjacent(s3, Vector256<short>.One);
                }

                var scale = Vector256.Load(scales);
                scales += 8;
                f0 = Fma.MultiplyAdd(Vector256.ConvertToSingle(i0), scale, f0);
                f1 = Fma.MultiplyAdd(Vector256.ConvertToSingle(i1), scale, f1);
                f2 = Fma.MultiplyAdd(Vector256.ConvertToSingle(i2), scale, f2);
                f3 = Fma.MultiplyAdd(Vector256.ConvertToSingle(i3), scale, f3);
                if (TBlock.IsSigned) continue;

                var minimum = Vector256.Load(minima);
                minima += 8;
                f0 = Fma.MultiplyAddNegated(minimum, Vector256.Create(*n0++), f0);
                f1 = Fma.MultiplyAddNegated(minimum, Vector256.Create(*n1++), f1);
                f2 = Fma.MultiplyAddNegated(minimum, Vector256.Create(*n2++), f2);
                f3 = Fma.MultiplyAddNegated(minimum, Vector256.Create(*n3++), f3);
            }

            y0 = Fma.MultiplyAdd(f0, Vector256.Create(d0[b]), y0);
            y1 = Fma.MultiplyAdd(f1, Vector256.Create(d1[b]), y1);
            y2 = Fma.MultiplyAdd(f2, Vector256.Create(d2[b]), y2);
            y3 = Fma.MultiplyAdd(f3, Vector256.Create(d3[b]), y3);
        }

        y0.Store(output);
        y1.Store(output + outputStride);
        y2.Store(output + 2L * outputStride);
        y3.Store(output + 3L * outputStride);
    }
}
