using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Elementwise;

/// <summary>Additions in place.</summary>
public static unsafe class Sums
{
    /// <summary>x += y over <paramref name="length"/> values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* x, float* y, int length)
    {
        var i = 0;
        for (; i <= length - 8; i += 8) (Vector256.Load(x + i) + Vector256.Load(y + i)).Store(x + i);
        for (; i < length; i++) x[i] += y[i];
    }

    /// <summary>x += factor · y over <paramref name="length"/> values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float* x, float* y, float factor, int length)
    {
        var i = 0;
        for (; i <= length - 8; i += 8) (Vector256.Load(x + i) + factor * Vector256.Load(y + i)).Store(x + i);
        for (; i < length; i++) x[i] += factor * y[i];
    }
}
