using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Elementwise;

/// <summary>Normalisation to mean 0 and variance 1: y = w · (x − mean) / √(variance + ε) + b.</summary>
public static unsafe class LayerNorm
{
    /// <param name="x">(length) input.</param>
    /// <param name="weights">(length) gains.</param>
    /// <param name="bias">(length).</param>
    /// <param name="y">(length) output; may be <paramref name="x"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* x, float* weights, float* bias, float* y, int length, float epsilon)
    {
        var sums = Vector256<float>.Zero;
        var i = 0;
        for (; i <= length - 8; i += 8) sums += Vector256.Load(x + i);
        var sum = Vector256.Sum(sums);
        for (; i < length; i++) sum += x[i];
        var mean = sum / length;

        var squares = Vector256<float>.Zero;
        for (i = 0; i <= length - 8; i += 8)
        {
            var v = Vector256.Load(x + i) - Vector256.Create(mean);
            squares += v * v;
        }

        var square = Vector256.Sum(squares);
        for (; i < length; i++) square += (x[i] - mean) * (x[i] - mean);

        var scale = 1 / MathF.Sqrt(square / length + epsilon);
        for (i = 0; i <= length - 8; i += 8)
            ((Vector256.Load(x + i) - Vector256.Create(mean)) * scale * Vector256.Load(weights + i) + Vector256.Load(bias + i)).Store(y + i);
        for (; i < length; i++) y[i] = (x[i] - mean) * scale * weights[i] + bias[i];
    }
}
