using System.Runtime.CompilerServices;

namespace CoderLsp.Kernels.MatMul;

/// <summary>Products for many tokens. Bound by the multipliers, so the layout is paid for once, see <see cref="IPanelTiles"/>.</summary>
static unsafe class ManyTokens<TTiles> where TTiles : struct, IPanelTiles
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in Strip strip)
    {
        var edge = stackalloc float[IPanelTiles.MostRows * IPanelTiles.Tokens];
        for (var r = strip.FirstRow; r < strip.EndRow; r += TTiles.Rows)
        {
            var rows = Math.Min(TTiles.Rows, strip.EndRow - r);
            TTiles.Fill(strip.Scratch, strip.Weights + r * strip.RowBytes, strip.RowBytes, rows, strip.Columns);
            for (var t = 0; t < strip.Activations.Tokens; t += IPanelTiles.Tokens)
            {
                var tokens = Math.Min(IPanelTiles.Tokens, strip.Activations.Tokens - t);
                var output = strip.Output + (long)t * strip.OutputStride + r;
                if (rows == TTiles.Rows && tokens == IPanelTiles.Tokens)
                {
                    TTiles.Multiply(strip.Scratch, strip.Activations.Quantized, t, output, strip.OutputStride);
                    continue;
                }

                TTiles.Multiply(strip.Scratch, strip.Activations.Quantized, t, edge, TTiles.Rows);
                for (var i = 0; i < tokens; i++)
                    new Span<float>(edge + i * TTiles.Rows, rows).CopyTo(new Span<float>(output + (long)i * strip.OutputStride, rows));
            }
        }
    }
}
