using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>A format of weights that are floating-point numbers themselves; they meet unrounded activations.</summary>
unsafe interface IFloatFormat
{
    static abstract TensorType Type { get; }

    static abstract int Bytes { get; }

    /// <summary>Weight <paramref name="index"/> of a row.</summary>
    static abstract float Read(byte* row, int index);

    /// <summary>Weights <paramref name="index"/> to <paramref name="index"/> + 7.</summary>
    static abstract Vector256<float> Read8(byte* row, int index);
}

unsafe readonly struct F32 : IFloatFormat
{
    public static TensorType Type => TensorType.F32;
    public static int Bytes => 4;
    public static float Read(byte* row, int index) => ((float*)row)[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Read8(byte* row, int index) => Vector256.Load((float*)row + index);
}

unsafe readonly struct F16 : IFloatFormat
{
    public static TensorType Type => TensorType.F16;
    public static int Bytes => 2;
    public static float Read(byte* row, int index) => HalfBits.ToSingle(((ushort*)row)[index]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Read8(byte* row, int index) => HalfBits.ToSingle8((ushort*)row + index);
}

/// <summary>The upper half of a float32.</summary>
unsafe readonly struct BF16 : IFloatFormat
{
    public static TensorType Type => TensorType.BF16;
    public static int Bytes => 2;
    public static float Read(byte* row, int index) => BitConverter.UInt32BitsToSingle((uint)((ushort*)row)[index] << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Read8(byte* row, int index) => (Portable.Widen((ushort*)row + index) << 16).AsSingle();
}

/// <summary>Products with floating-point weights: a row meets 4 tokens while it is in registers. Rows may have any length.</summary>
static unsafe class FloatWeights<TFormat> where TFormat : struct, IFloatFormat
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyVectors(in Strip strip)
    {
        int columns = strip.Columns, vectors = columns & ~7;
        for (var r = strip.FirstRow; r < strip.EndRow; r++)
        {
            var row = strip.Weights + r * strip.RowBytes;
            for (var t = 0; t < strip.Activations.Tokens; t += 4)
            {
                // Rows past the batch's end are there (padding) and their results are not stored.
                float* x0 = strip.Activations.Values + (long)t * columns, x1 = x0 + columns, x2 = x1 + columns, x3 = x2 + columns;
                Vector256<float> y0 = default, y1 = default, y2 = default, y3 = default;
                var tokens = Math.Min(4, strip.Activations.Tokens - t);
                if (tokens == 1)
                    for (var c = 0; c < vectors; c += 8) y0 = Vector256.FusedMultiplyAdd(TFormat.Read8(row, c), Vector256.Load(x0 + c), y0);
                else
                    for (var c = 0; c < vectors; c += 8)
                    {
                        var w = TFormat.Read8(row, c);
                        y0 = Vector256.FusedMultiplyAdd(w, Vector256.Load(x0 + c), y0);
                        y1 = Vector256.FusedMultiplyAdd(w, Vector256.Load(x1 + c), y1);
                        y2 = Vector256.FusedMultiplyAdd(w, Vector256.Load(x2 + c), y2);
                        y3 = Vector256.FusedMultiplyAdd(w, Vector256.Load(x3 + c), y3);
                    }

                var sums = Vector128.Create(Vectors.Sum(y0), Vectors.Sum(y1), Vectors.Sum(y2), Vectors.Sum(y3));
                for (var i = 0; i < tokens; i++)
                {
                    var sum = sums[i];
                    for (var c = vectors; c < columns; c++) sum += TFormat.Read(row, c) * x0[(long)i * columns + c];
                    strip.Output[(long)(t + i) * strip.OutputStride + r] = sum;
                }
            }
        }
    }

    public static void MultiplyScalar(in Strip strip)
    {
        for (var t = 0; t < strip.Activations.Tokens; t++)
        {
            var x = strip.Activations.Values + (long)t * strip.Columns;
            for (var r = strip.FirstRow; r < strip.EndRow; r++)
            {
                var row = strip.Weights + r * strip.RowBytes;
                var sum = 0f;
                for (var c = 0; c < strip.Columns; c++) sum += TFormat.Read(row, c) * x[c];
                strip.Output[(long)t * strip.OutputStride + r] = sum;
            }
        }
    }

    public static void Dequantize(byte* row, int columns, float* destination)
    {
        for (var c = 0; c < columns; c++) destination[c] = TFormat.Read(row, c);
    }
}
