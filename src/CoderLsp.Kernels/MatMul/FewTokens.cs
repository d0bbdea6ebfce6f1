using System.Runtime.CompilerServices;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// Products for one or a few tokens. Bound by memory: each row is read once, in the published layout, and multiplied with every token
/// while it is in the first cache.
/// </summary>
static unsafe class FewTokens<TBlock> where TBlock : unmanaged, IBlockFormat<TBlock>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAvx2(in Strip strip)
    {
        var blocks = strip.Columns / TBlock.BlockSize;
        var quantized = strip.Activations.Quantized;
        var tokens = strip.Activations.Tokens;
        if (tokens == 1)
        {
            var activations = quantized.Row(0);
            for (var r = strip.FirstRow; r < strip.EndRow; r++)
                strip.Output[r] = TBlock.Dot((TBlock*)(strip.Weights + r * strip.RowBytes), blocks, activations);
            return;
        }

        for (var r = strip.FirstRow; r < strip.EndRow; r++)
            for (var t = 0; t < tokens; t++)
                strip.Output[(long)t * strip.OutputStride + r] =
                    TBlock.Dot((TBlock*)(strip.Weights + r * strip.RowBytes), blocks, quantized.Row(t));
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
