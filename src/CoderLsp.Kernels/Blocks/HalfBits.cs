using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// Half precision to float by bits: <c>(float)Half</c> is a call that a loop pays for dearly. Moving exponent and mantissa into
/// place and multiplying by 2^(127−15) is exact for every finite half, subnormals included. Infinities and NaNs, which no sound model
/// file holds, become finite numbers of 65,536 and more.
/// </summary>
static class HalfBits
{
    const float Rebias = 5.192296858534828e+33f; // 2^112

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSingle(ushort bits)
    {
        var magnitude = BitConverter.UInt32BitsToSingle((uint)(bits & 0x7FFF) << 13) * Rebias;
        return BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(magnitude) | ((uint)(bits & 0x8000) << 16));
    }

    /// <summary>Eight halves at <paramref name="source"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector256<float> ToSingle8(ushort* source)
    {
        var bits = Avx2.ConvertToVector256Int32((short*)source); // sign-extended: bit 31 is the half's sign
        var magnitude = ((bits & Vector256.Create(0x7FFF)) << 13).AsSingle() * Vector256.Create(Rebias);
        return (magnitude.AsInt32() | (bits & Vector256.Create(int.MinValue))).AsSingle();
    }

    /// <summary>Rounds to the nearest half, ties to even; beyond the range to infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort FromSingle(float value) => BitConverter.HalfToUInt16Bits((Half)value);
}
