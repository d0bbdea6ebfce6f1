using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.Attention;

/// <summary>
/// 32 values of 32 positions as int8: the positions' scales, the upper halves of floats, then the values in 16 steps of 32 lanes of 2.
/// <code>
/// ushort scale[32 positions]
/// keys:    sbyte [16 pairs of dimensions][32 positions][2 dimensions]
/// values:  sbyte [16 pairs of positions][32 dimensions][2 positions]
/// </code>
/// A step is multiplied with two words that are the same for all lanes: two values of a query, or the weights of two positions. So the
/// scores of 32 positions and the results of 32 dimensions come lane by lane, without sums across a vector.
/// </summary>
static unsafe class Int8Block
{
    /// <summary>Positions, and values of each.</summary>
    public const int Side = 32;

    /// <summary>Steps, and bytes of one.</summary>
    public const int Steps = Side / 2, StepBytes = 2 * Side;

    /// <summary>Where the values begin.</summary>
    public const int ScaleBytes = Side * sizeof(ushort);

    public const int Bytes = ScaleBytes + Steps * StepBytes;

    /// <summary>Blocks of <paramref name="size"/> dimensions. What is beyond them in the last one is never written and stays 0.</summary>
    public static int Count(int size) => (size + Side - 1) / Side;

    /// <param name="key">(size).</param>
    /// <param name="blocks">Of the head's keys.</param>
    public static void StoreKey(float* key, int size, byte* blocks, int slot)
    {
        var bytes = stackalloc sbyte[Side];
        for (var i = 0; i < size; i += Side, blocks += Bytes)
        {
            ((ushort*)blocks)[slot] = Round(key + i, Math.Min(Side, size - i), bytes);
            var pair = (ushort*)(blocks + ScaleBytes) + slot;
            for (var j = 0; j < Steps; j++) pair[j * Side] = ((ushort*)bytes)[j];
        }
    }

    /// <param name="value">(size).</param>
    /// <param name="blocks">Of the head's values.</param>
    public static void StoreValue(float* value, int size, byte* blocks, int slot)
    {
        var bytes = stackalloc sbyte[Side];
        for (var i = 0; i < size; i += Side, blocks += Bytes)
        {
            ((ushort*)blocks)[slot] = Round(value + i, Math.Min(Side, size - i), bytes);
            // Byte by byte: another thread may be storing the position beside this one.
            var step = (sbyte*)blocks + ScaleBytes + slot / 2 * StepBytes + slot % 2;
            for (var j = 0; j < Side; j++) step[2 * j] = bytes[j];
        }
    }

    /// <summary>Value <paramref name="i"/> of a key.</summary>
    public static float Key(byte* blocks, int slot, int i)
    {
        var block = blocks + i / Side * Bytes;
        return Scale(block, slot) * (sbyte)block[ScaleBytes + i % Side / 2 * StepBytes + 2 * slot + i % 2];
    }

    /// <summary>Value <paramref name="i"/> of a value.</summary>
    public static float Value(byte* blocks, int slot, int i)
    {
        var block = blocks + i / Side * Bytes;
        return Scale(block, slot) * (sbyte)block[ScaleBytes + slot / 2 * StepBytes + i % Side * 2 + slot % 2];
    }

    /// <summary>The scales of all positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales(byte* block, float* scales)
    {
        for (var i = 0; i < Side; i += 8)
            (Portable.Widen((ushort*)block + i) << 16).AsSingle().Store(scales + i);
    }

    static float Scale(byte* block, int slot) => BitConverter.UInt32BitsToSingle((uint)((ushort*)block)[slot] << 16);

    /// <summary>value = x / scale to the nearest, ties to even.</summary>
    /// <param name="values">32, zeros after <paramref name="count"/>.</param>
    /// <returns>The scale's bits.</returns>
    static ushort Round(float* x, int count, sbyte* values)
    {
        if (count == Side && InstructionSets.Selected != InstructionSet.Scalar) return RoundVectors(x, values);
        var largest = 0f;
        for (var i = 0; i < count; i++) largest = Math.Max(largest, Math.Abs(x[i]));
        var scale = ScaleBits(largest, out var inverse);
        for (var i = 0; i < Side; i++) values[i] = i < count ? (sbyte)Math.Clamp(MathF.Round(x[i] * inverse), -128, 127) : (sbyte)0;
        return scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static ushort RoundVectors(float* x, sbyte* values)
    {
        Vector256<float> x0 = Vector256.Load(x), x1 = Vector256.Load(x + 8), x2 = Vector256.Load(x + 16), x3 = Vector256.Load(x + 24);
        var largest = Vector256.Max(Vector256.Max(Vector256.Abs(x0), Vector256.Abs(x1)), Vector256.Max(Vector256.Abs(x2), Vector256.Abs(x3)));
        var four = Vector128.Max(largest.GetLower(), largest.GetUpper());
        var scale = ScaleBits(Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3])), out var inverse);
        Portable.Narrow(Portable.Round(x0 * inverse), Portable.Round(x1 * inverse), Portable.Round(x2 * inverse), Portable.Round(x3 * inverse)).Store(values);
        return scale;
    }

    /// <summary>
    /// max|x| / 127, rounded up to 16 bits so that no value leaves its range; finite whatever was computed, for what is stored in places that
    /// nobody sees any more is still multiplied by 0.
    /// </summary>
    static ushort ScaleBits(float largest, out float inverse)
    {
        const float smallest = 1e-37f; // the inverse is finite
        if (!(largest <= float.MaxValue)) largest = float.MaxValue;
        var bits = (BitConverter.SingleToUInt32Bits(largest / 127) + 0xFFFF) >> 16;
        inverse = largest / 127 > smallest ? 1 / BitConverter.UInt32BitsToSingle(bits << 16) : 0;
        return (ushort)bits;
    }
}
