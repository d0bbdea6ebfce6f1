using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// Steps for which AVX2 and Arm have instructions of their own; <see cref="Vector128"/> and <see cref="Vector256"/> say the others for both.
/// On Arm a vector of 256 bits is two of 128. The processor is known when a kernel is compiled, so that nothing is asked while it runs.
/// </summary>
static unsafe class Portable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Widen(Vector128<sbyte> bytes) =>
        Avx2.IsSupported ? Avx2.ConvertToVector256Int16(bytes) : Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes));

    /// <summary>16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Widen(sbyte* bytes) => Avx2.IsSupported ? Avx2.ConvertToVector256Int16(bytes) : Widen(Vector128.Load(bytes));

    /// <summary>8 words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(short* words)
    {
        if (Avx2.IsSupported) return Avx2.ConvertToVector256Int32(words);
        var all = Vector128.Load(words);
        return Vector256.Create(Vector128.WidenLower(all), Vector128.WidenUpper(all));
    }

    /// <summary>8 words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(ushort* words)
    {
        if (Avx2.IsSupported) return Avx2.ConvertToVector256Int32(words);
        var all = Vector128.Load(words);
        return Vector256.Create(Vector128.WidenLower(all), Vector128.WidenUpper(all)).AsInt32();
    }

    /// <summary>Each lane shifted right by a count of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ShiftRight(Vector128<uint> lanes, Vector128<uint> counts) =>
        Avx2.IsSupported ? Avx2.ShiftRightLogicalVariable(lanes, counts) : AdvSimd.ShiftLogical(lanes, -counts.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftRight(Vector256<int> lanes, Vector256<uint> counts) => Avx2.IsSupported
        ? Avx2.ShiftRightLogicalVariable(lanes, counts)
        : Vector256.Create(ShiftRight(lanes.GetLower().AsUInt32(), counts.GetLower()), ShiftRight(lanes.GetUpper().AsUInt32(), counts.GetUpper())).AsInt32();

    /// <summary>Bytes of a half of <paramref name="table"/>, by numbers of 0 to 15 in the same half of <paramref name="indices"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Shuffle(Vector256<byte> table, Vector256<byte> indices) => Avx2.IsSupported
        ? Avx2.Shuffle(table, indices)
        : Vector256.Create(
            AdvSimd.Arm64.VectorTableLookup(table.GetLower(), indices.GetLower()), AdvSimd.Arm64.VectorTableLookup(table.GetUpper(), indices.GetUpper()));

    /// <summary>Magnitudes times signs of −1 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Sign(Vector256<sbyte> magnitudes, Vector256<sbyte> signs) => Avx2.IsSupported ? Avx2.Sign(magnitudes, signs) : magnitudes * signs;

    /// <summary>Sums of 2 neighbouring products of words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAddAdjacent(Vector256<short> a, Vector256<short> b) => Avx2.IsSupported
        ? Avx2.MultiplyAddAdjacent(a, b)
        : Vector256.Create(MultiplyAddAdjacent(a.GetLower(), b.GetLower()), MultiplyAddAdjacent(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> MultiplyAddAdjacent(Vector128<short> a, Vector128<short> b) => AdvSimd.Arm64.AddPairwise(
        AdvSimd.MultiplyWideningLower(a.GetLower(), b.GetLower()), AdvSimd.MultiplyWideningUpper(a, b));

    /// <summary>To the nearest whole number, ties to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Round(Vector256<float> values) => Avx2.IsSupported
        ? Avx.ConvertToVector256Int32(values)
        : Vector256.Create(AdvSimd.ConvertToInt32RoundToEven(values.GetLower()), AdvSimd.ConvertToInt32RoundToEven(values.GetUpper()));

    /// <summary>16 numbers as words, those out of range to the nearest that fits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Narrow(Vector256<int> a, Vector256<int> b)
    {
        // The pack of AVX2 works on halves: their middle parts change places.
        if (Avx2.IsSupported) return Avx2.Permute4x64(Avx2.PackSignedSaturate(a, b).AsInt64(), 0b11_01_10_00).AsInt16();
        return Vector256.Create(Vector128.NarrowWithSaturation(a.GetLower(), a.GetUpper()), Vector128.NarrowWithSaturation(b.GetLower(), b.GetUpper()));
    }

    /// <summary>32 numbers as bytes, those out of range to the nearest that fits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Narrow(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        if (Avx2.IsSupported)
        {
            var bytes = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(a, b), Avx2.PackSignedSaturate(c, d));
            return Avx2.PermuteVar8x32(bytes.AsInt32(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).AsSByte(); // the packs work on halves
        }

        Vector256<short> low = Narrow(a, b), high = Narrow(c, d);
        return Vector256.Create(Vector128.NarrowWithSaturation(low.GetLower(), low.GetUpper()), Vector128.NarrowWithSaturation(high.GetLower(), high.GetUpper()));
    }

    /// <summary>Asks for a line of the cache. .NET has no such instruction of Arm's, whose processors foresee what is read in a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }
}
