using System.Runtime.CompilerServices;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// Products for one or a few tokens. Bound by memory: each row is read once, in the published layout, and multiplied with every token
/// while it is in the first cache.
/// </summary>
static unsafe class FewTokens<TBlock> where TBlock : unmanaged, IBlockFormat<TBlock>
{
    // So many rows stay in the first cache until each token has met them.
    const int RowsAtOnce = 8;

    public static void MultiplyAdvSimd(in Strip strip) =>
        Multiply(strip, &TBlock.MultiplyAdvSimd<OneToken>, &TBlock.MultiplyAdvSimd<TwoTokens>, &TBlock.MultiplyAdvSimd<FourTokens>);

    public static void MultiplyAvx2(in Strip strip) => Multiply(strip, &TBlock.MultiplyAvx2<OneToken>, &TBlock.MultiplyAvx2<TwoTokens>, &TBlock.MultiplyAvx2<FourTokens>);

    public static void MultiplyAvx512(in Strip strip) =>
        Multiply(strip, &TBlock.MultiplyAvx512<OneToken>, &TBlock.MultiplyAvx512<TwoTokens>, &TBlock.MultiplyAvx512<FourTokens>);

    static void Multiply(in Strip strip, delegate*<in RowRange, void> one, delegate*<in RowRange, void> two, delegate*<in RowRange, void> four)
    {
        var tokens = strip.Activations.Tokens;
        if (tokens == 1)
        {
            one(new RowRange(strip, strip.FirstRow, strip.EndRow, 0, 1));
            return;
        }

        for (var r = strip.FirstRow; r < strip.EndRow; r += RowsAtOnce)
            for (var t = 0; t < tokens; t += 4)
            {
                var count = Math.Min(4, tokens - t);
                var multiply = count == 1 ? one : count == 2 ? two : four;
                multiply(new RowRange(strip, r, Math.Min(r + RowsAtOnce, strip.EndRow), t, count));
            }
    }

    /// <summary>The scalar twin, from the format's definition alone: Σ over groups of scale·Σu·x − minimum·Σx.</summary>
    public static void MultiplyScalar(in Strip strip)
    {
        var values = stackalloc byte[TBlock.BlockSize];
        var scales = stackalloc float[TBlock.BlockSize / TBlock.GroupSize];
        var minima = stackalloc float[TBlock.BlockSize / TBlock.GroupSize];
        for (var t = 0; t < strip.Activations.Tokens; t++)
        {
            var x = strip.Activations.Quantized.Row(t);
            for (var r = strip.FirstRow; r < strip.EndRow; r++)
            {
                var row = (TBlock*)(strip.Weights + r * strip.RowBytes);
                var sum = 0f;
                for (var b = 0; b < strip.Columns / TBlock.BlockSize; b++)
                {
                    TBlock.Unpack(row + b, values);
                    TBlock.Scales(row + b, scales, minima);
                    sum += BlockDot(values, scales, minima, x.Values + b * TBlock.BlockSize) * x.Scales[b];
                }

                strip.Output[(long)t * strip.OutputStride + r] = sum;
            }
        }
    }

    static float BlockDot(byte* values, float* scales, float* minima, sbyte* x)
    {
        var sum = 0f;
        for (var g = 0; g < TBlock.BlockSize / TBlock.GroupSize; g++)
        {
            int products = 0, xs = 0;
            for (var i = g * TBlock.GroupSize; i < (g + 1) * TBlock.GroupSize; i++)
            {
                products += (TBlock.IsSigned ? (sbyte)values[i] : (int)values[i]) * x[i];
                xs += x[i];
            }

            sum += scales[g] * products - minima[g] * xs;
        }

        return sum;
    }

    /// <summary>A row as float32: scale·u − minimum.</summary>
    public static void Dequantize(byte* row, int columns, float* destination)
    {
        var values = stackalloc byte[TBlock.BlockSize];
        var scales = stackalloc float[TBlock.BlockSize / TBlock.GroupSize];
        var minima = stackalloc float[TBlock.BlockSize / TBlock.GroupSize];
        for (var b = 0; b < columns / TBlock.BlockSize; b++)
        {
            TBlock.Unpack((TBlock*)row + b, values);
            TBlock.Scales((TBlock*)row + b, scales, minima);
            for (var i = 0; i < TBlock.BlockSize; i++)
            {
                var u = TBlock.IsSigned ? (sbyte)values[i] : (int)values[i];
                destination[b * TBlock.BlockSize + i] = scales[i / TBlock.GroupSize] * u - minima[i / TBlock.GroupSize];
            }
        }
    }
}
