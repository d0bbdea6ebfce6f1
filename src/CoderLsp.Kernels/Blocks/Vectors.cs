using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels.Blocks;

/// <summary>The few vector steps that the formats share. What needs more than a set of vectors, whichever, says so.</summary>
static unsafe class Vectors
{
    /// <summary>Needs AVX2. Sums of 2 neighbouring products w·x: |w|·(x with w's sign), for pmaddubsw wants one unsigned side; 2·128·127 &lt; 2^15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> MultiplySigned(Vector256<sbyte> w, Vector256<sbyte> x) => Avx2.MultiplyAddAdjacent(Avx2.Abs(w), Avx2.Sign(x, w));

    /// <summary>Needs AVX-512. The same for 64 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> MultiplySigned(Vector512<sbyte> w, Vector512<sbyte> x) => Avx512BW.MultiplyAddAdjacent(
        Avx512BW.Abs(w), Vector512.ConditionalSelect(Vector512.LessThan(w, Vector512<sbyte>.Zero), Vector512<sbyte>.Zero - x, x));

    /// <summary>16 bytes of nibbles as 32 bytes: the low nibbles, then the high ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Nibbles(byte* source)
    {
        var bytes = Vector128.Load(source);
        return Vector256.Create(bytes, (bytes.AsUInt16() >> 4).AsByte()) & Vector256.Create((byte)0x0F);
    }

    /// <summary>Bytes shifted left by <paramref name="count"/>, or right where it is negative. What comes in from the neighbour is to be masked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Shift(Vector256<byte> bytes, int count) =>
        (count < 0 ? bytes.AsUInt16() >> -count : bytes.AsUInt16() << count).AsByte();

    /// <summary>Numbers of 2 bits, 128 in 32 bytes: number 32k + i is the pair of bits k of byte i. Those of part <paramref name="part"/> of 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Pairs(byte* source, int part) =>
        Shift(Vector256.Load(source + part / 4 * 32), part % 4 * -2) & Vector256.Create((byte)3);

    /// <summary>Nibbles, 64 in 32 bytes: low ones first. Those of part <paramref name="part"/> of 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Nibbles(byte* source, int part) =>
        Shift(Vector256.Load(source + part / 2 * 32), part % 2 * -4) & Vector256.Create((byte)0x0F);

    /// <summary>Needs AVX-512. As <c>Vector512.Create(lower, upper)</c>, which makes two insertions of it, into what the register last held.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Join(Vector256<byte> lower, Vector256<byte> upper) =>
        Avx512F.InsertVector256(lower.ToVector512Unsafe().AsInt64(), upper.AsInt64(), 1).AsByte();

    /// <summary>
    /// Needs AVX-512. 32 bytes twice, shifted left by <paramref name="first"/> and <paramref name="second"/>, or right where these are negative (both
    /// are, or none). What comes in from the neighbour is to be masked.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Shift64(byte* source, int first, int second)
    {
        // Not BroadcastVector256ToVector512: .NET 10 encodes its address wrongly where it has a displacement (of multiples of 16, scaled as of 32).
        var once = Vector256.Load(source);
        var twice = Join(once, once).AsUInt16();
        return (first > 0
            ? Avx512BW.ShiftLeftLogicalVariable(twice, Halves(first, second))
            : Avx512BW.ShiftRightLogicalVariable(twice, Halves(-first, -second))).AsByte();
    }

    /// <summary>Words. Written so that constants make a constant; <c>Create(half, half)</c> is computed each time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<ushort> Halves(int first, int second)
    {
        const ulong each = 0x0001_0001_0001_0001;
        ulong a = (ulong)first * each, b = (ulong)second * each;
        return Vector512.Create(a, a, a, a, b, b, b, b).AsUInt16();
    }

    /// <summary>Needs AVX-512. As <see cref="Pairs"/>, those of 64 weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Pairs64(byte* source, int part) =>
        Shift64(source + part / 2 * 32, part % 2 * -4, part % 2 * -4 - 2) & Vector512.Create((byte)3);

    /// <summary>Needs AVX-512. As <see cref="Nibbles(byte*, int)"/>, those of 64 weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Nibbles64(byte* source, int part) => Shift64(source + part * 32, 0, -4) & Vector512.Create((byte)0x0F);

    /// <summary>32 bits as 32 bytes: −1 where the bit is one, 1 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Signs(uint bits) => (SpreadBits(bits, 0xFF) | Vector256<byte>.One).AsSByte();

    /// <summary>
    /// Needs AVX-512. 64 bytes, negated where their sign is one. Of <paramref name="signs"/>, bit i of byte p is the sign of byte 8p + i of 256, of which
    /// these are the 64 of part <paramref name="part"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Negate64(Vector512<byte> magnitudes, Vector256<byte> signs, int part)
    {
        var all = Avx512F.PermuteVar8x64(signs.ToVector512Unsafe().AsInt64(), Vector512.Create((long)part)).AsByte();
        var spread = Avx512BW.Shuffle(all, Vector512.Create(
            0UL, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303,
            0x0404040404040404, 0x0505050505050505, 0x0606060606060606, 0x0707070707070707).AsByte());
        var bits = Vector512.Create(0x8040201008040201UL).AsByte();
        return Vector512.ConditionalSelect(Vector512.Equals(spread & bits, bits), Vector512<byte>.Zero - magnitudes, magnitudes);
    }

    /// <summary>32 bits as 32 bytes: <paramref name="value"/> where the bit is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> SpreadBits(uint bits, byte value)
    {
        var wanted = Vector256.Create(0x8040201008040201UL).AsByte();
        var spread = Portable.Shuffle(Vector256.Create(bits).AsByte(), Vector256.Create(
            0x0000000000000000UL, 0x0101010101010101UL, 0x0202020202020202UL, 0x0303030303030303UL).AsByte());
        return Vector256.Equals(spread & wanted, wanted) & Vector256.Create(value);
    }

    // Bytes ahead of the block that is being multiplied. The processor's own prefetcher stops at every page of 4 KB; asking for a whole row
    // at a time was slower than not asking at all, asking block by block 10 to 15% faster (decoding, Q4_K).
    const int PrefetchDistance = 2048;

    /// <summary>
    /// Asks for the bytes of the blocks that come <see cref="PrefetchDistance"/> after the <paramref name="count"/> at <paramref name="block"/>;
    /// beyond the end of the file this does nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchAfter<TBlock>(TBlock* block, int count = 1) where TBlock : unmanaged
    {
        var ahead = (byte*)block + PrefetchDistance;
        Portable.Prefetch(ahead);
        if (count * sizeof(TBlock) > 64) Portable.Prefetch(ahead + 64);
        if (count * sizeof(TBlock) > 128) Portable.Prefetch(ahead + 128);
        if (count * sizeof(TBlock) > 192) Portable.Prefetch(ahead + 192);
    }

    /// <summary>The sum of 8 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> v)
    {
        var four = v.GetLower() + v.GetUpper();
        if (!Sse.IsSupported) return Vector128.Sum(four);
        var two = four + Sse.MoveHighToLow(four, four);
        return two.ToScalar() + two.GetElement(1);
    }
}
