using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels.Blocks;

/// <summary>The 16 values that the nibbles of IQ4_NL and IQ4_XS stand for: closer around 0, as weights are.</summary>
static unsafe class NonLinear
{
    public static ReadOnlySpan<sbyte> Values => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>16 bytes of nibbles: the low ones are values 0–15, the high ones 16–31.</summary>
    public static void Unpack(byte* nibbles, byte* values)
    {
        for (var i = 0; i < 16; i++)
        {
            values[i] = (byte)Values[nibbles[i] & 15];
            values[i + 16] = (byte)Values[nibbles[i] >> 4];
        }
    }

    /// <summary>The same in a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(byte* nibbles)
    {
        var values = Vector128.Create(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
        return Portable.Shuffle(Vector256.Create(values, values).AsByte(), Vectors.Nibbles(nibbles));
    }

    /// <summary>Needs AVX-512. 32 bytes of nibbles: for each 16, low ones first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Unpack64(byte* nibbles)
    {
        var values = Vector128.Create(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113).AsByte();
        var twice = Avx512F.PermuteVar8x64(Vector256.Load(nibbles).ToVector512Unsafe().AsInt64(), Vector512.Create(0, 1, 0, 1, 2, 3, 2, 3)).AsUInt16();
        var shifted = Avx512BW.ShiftRightLogicalVariable(twice, Vector512.Create(0UL, 0, 0x0004_0004_0004_0004, 0x0004_0004_0004_0004, 0, 0, 0x0004_0004_0004_0004, 0x0004_0004_0004_0004).AsUInt16());
        return Avx512BW.Shuffle(Vector512.Create(Vector256.Create(values, values), Vector256.Create(values, values)), shifted.AsByte() & Vector512.Create((byte)0x0F));
    }
}

/// <summary>
/// 32 nibbles with one scale, 4.5 bits a weight: w = d·value[q], see <see cref="NonLinear"/>.
/// <code>| d: half | 16 bytes: low nibbles are weights 0–15, high ones 16–31 |   18 bytes</code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct IQ4_NL : IBlock32<IQ4_NL>
{
    public ushort D;
    public fixed byte Quants[16];

    public static TensorType Type => TensorType.IQ4_NL;
    public static bool IsSigned => true;
    public static byte Largest => 127;

    public static void Unpack(IQ4_NL* block, byte* values) => NonLinear.Unpack(block->Quants, values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(IQ4_NL* block) => HalfBits.ToSingle(block->D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(IQ4_NL* block, int part) => NonLinear.Unpack32(block->Quants);
}
