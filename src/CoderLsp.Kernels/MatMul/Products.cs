using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>How products u·x of a range of u are summed: how many fit into int16 before they must be widened. Needs AVX2.</summary>
interface IProducts
{
    /// <summary>Steps of 4 weights that may be added in int16.</summary>
    static abstract int StepsInInt16 { get; }

    /// <summary>Sums of 2 neighbouring products in 16 lanes.</summary>
    static abstract Vector256<short> Multiply(Vector256<byte> weights, Vector256<sbyte> x);
}

/// <summary>u ≤ 15: 8·2·15·127 = 30,480 &lt; 2^15.</summary>
readonly struct FourBits : IProducts
{
    public static int StepsInInt16 => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Multiply(Vector256<byte> weights, Vector256<sbyte> x) => Avx2.MultiplyAddAdjacent(weights, x);
}

/// <summary>u ≤ 31: 4·2·31·127 = 31,496 &lt; 2^15.</summary>
readonly struct FiveBits : IProducts
{
    public static int StepsInInt16 => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Multiply(Vector256<byte> weights, Vector256<sbyte> x) => Avx2.MultiplyAddAdjacent(weights, x);
}

/// <summary>u ≤ 63: 2·2·63·127 = 32,004 &lt; 2^15.</summary>
readonly struct SixBits : IProducts
{
    public static int StepsInInt16 => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Multiply(Vector256<byte> weights, Vector256<sbyte> x) => Avx2.MultiplyAddAdjacent(weights, x);
}

/// <summary>|u| ≤ 15, signed: 8·2·15·127 &lt; 2^15.</summary>
readonly struct SignedFourBits : IProducts
{
    public static int StepsInInt16 => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Multiply(Vector256<byte> weights, Vector256<sbyte> x) => Vectors.MultiplySigned(weights.AsSByte(), x);
}

/// <summary>|u| ≤ 63, signed: 2·2·63·127 &lt; 2^15.</summary>
readonly struct SignedSixBits : IProducts
{
    public static int StepsInInt16 => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Multiply(Vector256<byte> weights, Vector256<sbyte> x) => Vectors.MultiplySigned(weights.AsSByte(), x);
}

/// <summary>Signed bytes: 2·128·127 = 32,512 &lt; 2^15.</summary>
readonly struct SignedBytes : IProducts
{
    public static int StepsInInt16 => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Multiply(Vector256<byte> weights, Vector256<sbyte> x) => Vectors.MultiplySigned(weights.AsSByte(), x);
}
