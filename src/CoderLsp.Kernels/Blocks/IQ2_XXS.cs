using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights in 8 groups of 32, 2.0625 bits a weight: w = d/8·(2·scale[g] + 1)·(±magnitude).
/// <code>
/// | d: half | 8 × 8 bytes, one for each group |   66 bytes
/// A group: | 4 bytes: numbers of codebook entries of 8 magnitudes | uint32: 4 × 7 bits of signs, then 4 bits of scale |
/// </code>
/// Signs are <see cref="Codebooks.EvenSigns"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct IQ2_XXS : IGridBlock<IQ2_XXS>
{
    public ushort D;
    public fixed byte Groups[64];

    public static TensorType Type => TensorType.IQ2_XXS;
    public static int GroupSize => 32;
    public static byte Largest => 43;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Magnitudes(IQ2_XXS* block, int piece) =>
        Codebooks.IQ2_XXS[block->Groups[piece / 4 * 8 + piece % 4]];

    public static byte Signs(IQ2_XXS* block, int piece) => Codebooks.EvenSignBits(SignsAndScale(block, piece / 4) >> piece % 4 * 7 & 127);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Signs32(IQ2_XXS* block, int part)
    {
        var signs = Codebooks.EvenSigns;
        var seven = SignsAndScale(block, part);
        return Vector256.Create(signs[seven & 127], signs[seven >> 7 & 127], signs[seven >> 14 & 127], signs[seven >> 21 & 127]).AsSByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(IQ2_XXS* block) => HalfBits.ToSingle(block->D) / 8;

    public static int Scale(IQ2_XXS* block, int group) => (int)(SignsAndScale(block, group) >> 28) * 2 + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(IQ2_XXS* block)
    {
        // The odd ones of 16 words.
        if (!Avx2.IsSupported)
        {
            var quarters = (Vector128<uint>*)block->Groups;
            return GroupScale.OddOf8(Vector256.Create(
                AdvSimd.Arm64.UnzipOdd(quarters[0], quarters[1]), AdvSimd.Arm64.UnzipOdd(quarters[2], quarters[3])).AsInt32() >>> 28);
        }

        // The shuffle works on halves, so the quarters come out as 0, 2, 1, 3.
        var words = (Vector256<uint>*)block->Groups;
        var odd = Avx.Shuffle(words[0].AsSingle(), words[1].AsSingle(), 0b11_01_11_01).AsInt64();
        return GroupScale.OddOf8(Avx2.Permute4x64(odd, 0b11_01_10_00).AsInt32() >>> 28);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint SignsAndScale(IQ2_XXS* block, int group) => *(uint*)(block->Groups + 8 * group + 4);
}
