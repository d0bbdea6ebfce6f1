using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights in 16 groups of 16, 2.3125 bits a weight: w = d/8·(2·scale[g] + 1)·(±magnitude).
/// <code>
/// | d: half | 32 × uint16: number of a codebook entry of 8 magnitudes in bits 0–8, their signs in bits 9–15 | 16 nibbles of scales |   74 bytes
/// </code>
/// Signs are <see cref="Codebooks.EvenSigns"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct IQ2_XS : IGridBlock<IQ2_XS>
{
    public ushort D;
    public fixed ushort Quants[32];
    public ulong Packed;

    public static TensorType Type => TensorType.IQ2_XS;
    public static int GroupSize => 16;
    public static byte Largest => 43;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Magnitudes(IQ2_XS* block, int piece) => Codebooks.IQ2_XS[block->Quants[piece] & 511u];

    public static byte Signs(IQ2_XS* block, int piece) => Codebooks.EvenSignBits((uint)block->Quants[piece] >> 9);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Signs32(IQ2_XS* block, int part)
    {
        var signs = Codebooks.EvenSigns;
        var q = block->Quants + 4 * part;
        return Vector256.Create(signs[(uint)q[0] >> 9], signs[(uint)q[1] >> 9], signs[(uint)q[2] >> 9], signs[(uint)q[3] >> 9]).AsSByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Unpack64(IQ2_XS* block, int part) => Vectors.Negate64(IGridBlock<IQ2_XS>.Magnitudes64(block, part), SignBits(block), part);

    /// <summary>Needs AVX-512. All signs, a bit each: 7 of each word and their parity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<byte> SignBits(IQ2_XS* block)
    {
        var seven = Avx512BW.ConvertToVector256Byte(Vector512.Load(block->Quants) >> 9);
        var folded = (seven ^ (seven.AsUInt16() >> 4).AsByte()) & Vector256.Create((byte)0x0F);
        var parity = Vector128.Create(0x80_00_00_80_00_80_80_00UL, 0x00_80_80_00_80_00_00_80UL).AsByte(); // bit 7, where a nibble has an odd number of ones
        return seven | Avx2.Shuffle(Vector256.Create(parity, parity), folded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(IQ2_XS* block) => HalfBits.ToSingle(block->D) / 8;

    public static int Scale(IQ2_XS* block, int group) => (int)(block->Packed >> 4 * group & 15) * 2 + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(IQ2_XS* block) => GroupScale.OddOf16(block->Packed);
}
