using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 nibbles in 8 groups of 32 with 6-bit scales, 4.25 bits a weight: w = d·(scale[g] − 32)·value[q], see <see cref="NonLinear"/>.
/// <code>
/// | d: half | uint16: bits 2g, 2g + 1 are the upper ones of scale g | 4 bytes: nibble g has its lower ones
/// | 8 × 16 bytes: low nibbles are a group's weights 0–15, high ones 16–31 |   136 bytes
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct IQ4_XS : IOffsetBlock<IQ4_XS>
{
    public ushort D;
    public ushort HighScales;
    public uint LowScales;
    public fixed byte Quants[128];

    public static TensorType Type => TensorType.IQ4_XS;
    public static int GroupSize => 32;
    public static byte Largest => 127;
    public static bool IsSigned => true;

    public static void Unpack(IQ4_XS* block, byte* values)
    {
        for (var g = 0; g < 8; g++) NonLinear.Unpack(block->Quants + 16 * g, values + 32 * g);
    }

    public static int Scale(IQ4_XS* block, int group) =>
        (int)(block->LowScales >> 4 * group & 15 | (block->HighScales >> 2 * group & 3u) << 4) - 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(IQ4_XS* block, int part) => NonLinear.Unpack32(block->Quants + 16 * part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Unpack64(IQ4_XS* block, int part) => NonLinear.Unpack64(block->Quants + 32 * part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(IQ4_XS* block) => HalfBits.ToSingle(block->D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(IQ4_XS* block)
    {
        var pairs = Portable.ShiftRight(Vector256.Create((int)block->HighScales), Vector256.Create(0u, 2, 4, 6, 8, 10, 12, 14));
        var scales = GroupScale.Nibbles(block->LowScales) | (pairs & Vector256.Create(3)) << 4;
        return GroupScale.Of8(scales - Vector256.Create(32));
    }
}
