using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Elementwise;

/// <summary>The gated activation: y = silu(gate) · up, silu(x) = x / (1 + e^−x).</summary>
public static unsafe class SwiGlu
{
    /// <param name="y">(length) output; may be one of the inputs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* gate, float* up, float* y, int length)
    {
        var i = 0;
        for (; i <= length - 8; i += 8)
        {
            var g = Vector256.Load(gate + i);
            (g / (Vector256<float>.One + Vector256.Exp(-g)) * Vector256.Load(up + i)).Store(y + i);
        }

        for (; i < length; i++) y[i] = gate[i] / (1 + MathF.Exp(-gate[i])) * up[i];
    }
}
