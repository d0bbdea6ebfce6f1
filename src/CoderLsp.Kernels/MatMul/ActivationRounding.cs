using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>Rounds activations to int8: scale = max|x| / 127 over a block, value = x / scale to the nearest, ties to even.</summary>
static unsafe class ActivationRounding
{
    /// <param name="source">A row of <paramref name="columns"/> values, a multiple of <paramref name="scaleBlock"/> (32 or 256).</param>
    public static void Round(float* source, int columns, int scaleBlock, in ActivationRow target)
    {
        if (InstructionSets.Selected != InstructionSet.Scalar) RoundVectors(source, columns, scaleBlock, target);
        else RoundScalar(source, columns, scaleBlock, target);
        if (scaleBlock != 256) return;
        for (var g = 0; g < columns / 16; g++) target.PartSums[g & ~15 | g % 2 * 8 | g % 16 / 2] = (short)target.Sums16[g];
    }

    /// <summary>What rounding has left over: left = source − scale · value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Subtract(float* source, int columns, int scaleBlock, in ActivationRow rounded, float* left)
    {
        for (var i = 0; i < columns; i += 8)
        {
            var words = Vector128.WidenLower(Vector64.Load(rounded.Values + i).ToVector128());
            var values = Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words)));
            (Vector256.Load(source + i) - values * rounded.Scales[i / scaleBlock]).Store(left + i);
        }
    }

    internal static void RoundScalar(float* source, int columns, int scaleBlock, in ActivationRow target)
    {
        for (var b = 0; b < columns / scaleBlock; b++)
        {
            var x = source + b * scaleBlock;
            var largest = 0f;
            for (var i = 0; i < scaleBlock; i++) largest = Math.Max(largest, Math.Abs(x[i]));
            target.Scales[b] = largest / 127;
            var inverse = largest > 0 ? 127 / largest : 0;
            for (var i = 0; i < scaleBlock; i++) target.Values[b * scaleBlock + i] = (sbyte)MathF.Round(x[i] * inverse);
        }

        for (var g = 0; g < columns / 16; g++)
        {
            var sum = 0;
            for (var i = 0; i < 16; i++) sum += target.Values[16 * g + i];
            target.Sums16[g] = sum;
        }

        for (var g = 0; g < columns / 32; g++) target.Sums32[g] = target.Sums16[2 * g] + target.Sums16[2 * g + 1];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RoundVectors(float* source, int columns, int scaleBlock, in ActivationRow target)
    {
        for (var b = 0; b < columns / scaleBlock; b++)
        {
            var x = source + b * scaleBlock;
            var largest = Vector256<float>.Zero;
            for (var i = 0; i < scaleBlock; i += 8) largest = Vector256.Max(largest, Vector256.Abs(Vector256.Load(x + i)));
            var four = Vector128.Max(largest.GetLower(), largest.GetUpper());
            var max = Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3]));
            target.Scales[b] = max / 127;
            var inverse = Vector256.Create(max > 0 ? 127 / max : 0);
            for (var i = 0; i < scaleBlock; i += 32)
            {
                var i0 = Portable.Round(Vector256.Load(x + i) * inverse);
                var i1 = Portable.Round(Vector256.Load(x + i + 8) * inverse);
                var i2 = Portable.Round(Vector256.Load(x + i + 16) * inverse);
                var i3 = Portable.Round(Vector256.Load(x + i + 24) * inverse);
                var at = b * scaleBlock + i;
                Portable.Narrow(i0, i1, i2, i3).Store(target.Values + at);

                int first = Vector256.Sum(i0 + i1), second = Vector256.Sum(i2 + i3);
                target.Sums16[at / 16] = first;
                target.Sums16[at / 16 + 1] = second;
                target.Sums32[at / 32] = first + second;
            }
        }
    }

    /// <summary>Rounds to int16: scale = max|x| / 32,767 over 32 values. Needs vectors: any set but the scalar one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RoundToWords(float* source, int columns, short* values, float* scales)
    {
        for (var i = 0; i < columns; i += 32, source += 32, values += 32)
        {
            Vector256<float> x0 = Vector256.Load(source), x1 = Vector256.Load(source + 8), x2 = Vector256.Load(source + 16), x3 = Vector256.Load(source + 24);
            var largest = Vector256.Max(Vector256.Max(Vector256.Abs(x0), Vector256.Abs(x1)), Vector256.Max(Vector256.Abs(x2), Vector256.Abs(x3)));
            var four = Vector128.Max(largest.GetLower(), largest.GetUpper());
            var max = Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3]));
            *scales++ = max / 32767;
            var inverse = Vector256.Create(max > 0 ? 32767 / max : 0);
            Pack(x0 * inverse, x1 * inverse).Store(values);
            Pack(x2 * inverse, x3 * inverse).Store(values + 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<short> Pack(Vector256<float> low, Vector256<float> high) => Portable.Narrow(Portable.Round(low), Portable.Round(high));
}
