using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Elementwise;

/// <summary>Root mean square normalisation: y = w · x / √(mean(x²) + ε).</summary>
public static unsafe class RmsNorm
{
    /// <param name="x">(length) input.</param>
    /// <param name="weights">(length) gains.</param>
    /// <param name="y">(length) output; may be <paramref name="x"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* x, float* weights, float* y, int length, float epsilon)
    {
        var squares = Vector256<float>.Zero;
        var i = 0;
        for (; i <= length - 8; i += 8)
        {
            var v = Vector256.Load(x + i);
            squares += v * v;
        }

        var sum = Vector256.Sum(squares);
        for (; i < length; i++) sum += x[i] * x[i];

        var scale = 1 / MathF.Sqrt(sum / length + epsilon);
        for (i = 0; i <= length - 8; i += 8) (Vector256.Load(x + i) * scale * Vector256.Load(weights + i)).Store(y + i);
        for (; i < length; i++) y[i] = x[i] * scale * weights[i];
    }
}
