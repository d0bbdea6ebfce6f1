using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Elementwise;

/// <summary>
/// The Gaussian error linear unit as models are trained with it: x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))), which is
/// x / (1 + e^(−2·√(2/π)·(x + 0.044715·x³))).
/// </summary>
public static unsafe class Gelu
{
    const float Slope = -2 * 0.7978845608f, Cubic = 0.044715f;

    /// <param name="y">(length) output; may be the input.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* x, float* y, int length)
    {
        var i = 0;
        for (; i <= length - 8; i += 8)
        {
            var v = Vector256.Load(x + i);
            (v / (Vector256<float>.One + Vector256.Exp(Slope * (v + Cubic * v * v * v)))).Store(y + i);
        }

        for (; i < length; i++) y[i] = x[i] / (1 + MathF.Exp(Slope * (x[i] + Cubic * x[i] * x[i] * x[i])));
    }
}
