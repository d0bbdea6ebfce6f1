using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// Half precision to float by bits: <c>(float)Half</c> is a call that a loop pays for dearly. Exact for every finite half, subnormals
/// included. Infinities and NaNs, which no sound model file holds, become finite numbers of 65,536 and more.
/// </summary>
static class HalfBits
{
    const float Rebias = 5.192296858534828e+33f; // 2^112

    // Sign-extended and shifted by 13, a half has its sign in bits 28 to 31: of these only bit 31 stays.
    const int Kept = unchecked((int)0x8FFFE000);

    /// <summary>
    /// All halves as float, 256 KB: a scale costs one load, where bits would cost six vector operations of the 60 that 256 weights take. A matrix
    /// uses few of them.
    /// </summary>
    public static readonly unsafe float* Table = MakeTable();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe float ToSingle(ushort bits) => Table[bits];

    static unsafe float* MakeTable()
    {
        var table = (float*)RuntimeHelpers.AllocateTypeAssociatedMemory(typeof(HalfBits), 65536 * sizeof(float));
        for (var bits = 0; bits < 65536; bits++)
        {
            const int smallestNormal = 0x400, rebias = (127 - 15) << 23;
            const float unit = 5.9604644775390625e-8f; // 2^-24
            var magnitude = bits & 0x7FFF;
            var absolute = magnitude < smallestNormal ? magnitude * unit : BitConverter.Int32BitsToSingle((magnitude << 13) + rebias);
            table[bits] = bits < 0x8000 ? absolute : -absolute;
        }

        return table;
    }

    /// <summary>Eight halves at <paramref name="source"/>: exponent and mantissa moved into place, then times 2^(127−15).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<float> ToSingle8(ushort* source) =>
        ((Portable.Widen((short*)source) << 13) & Vector256.Create(Kept)).AsSingle() * Vector256.Create(Rebias);

    /// <summary>Converts <paramref name="count"/> halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void ToSingle(ushort* source, float* target, int count)
    {
        var i = 0;
        if (Vector128.IsHardwareAccelerated)
            for (; i <= count - 8; i += 8) ToSingle8(source + i).Store(target + i);
        for (; i < count; i++) target[i] = ToSingle(source[i]);
    }

    /// <summary>Rounds <paramref name="count"/> floats to the nearest half, ties to even; those out of range to the largest one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void FromSingle(float* source, ushort* target, int count)
    {
        const float largest = 65504;
        var i = 0;
        if (Vector128.IsHardwareAccelerated)
            for (; i <= count - 8; i += 8)
            {
                // The reverse of ToSingle8; half of the last bit kept is added before the cut, less one where that bit is even.
                var value = Vector256.Min(Vector256.Abs(Vector256.Load(source + i)), Vector256.Create(largest));
                var bits = (value * Vector256.Create(1 / Rebias)).AsInt32();
                bits = (bits + Vector256.Create(0xFFF) + ((bits >>> 13) & Vector256<int>.One)) >>> 13;
                bits |= (Vector256.Load(source + i).AsInt32() >>> 16) & Vector256.Create(0x8000);
                Vector128.Narrow(bits.AsUInt32().GetLower(), bits.AsUInt32().GetUpper()).Store(target + i);
            }

        for (; i < count; i++) target[i] = BitConverter.HalfToUInt16Bits((Half)Math.Clamp(source[i], -largest, largest));
    }
}
