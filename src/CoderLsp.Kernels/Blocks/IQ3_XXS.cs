using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 256 weights in 8 groups of 32, 3.0625 bits a weight: w = d/4·(2·scale[g] + 1)·(±magnitude).
/// <code>
/// | d: half | 64 bytes: numbers of codebook entries of 4 magnitudes | 8 × uint32: 4 × 7 bits of signs, then 4 bits of scale |   98 bytes
/// </code>
/// Signs are <see cref="Codebooks.EvenSigns"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct IQ3_XXS : IGridBlock<IQ3_XXS>
{
    public ushort D;
    public fixed byte Quants[64];
    public fixed uint SignsAndScales[8];

    public static TensorType Type => TensorType.IQ3_XXS;
    public static int GroupSize => 32;
    public static byte Largest => 62;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Magnitudes(IQ3_XXS* block, int piece) =>
        Codebooks.IQ3_XXS[block->Quants[2 * piece]] | (ulong)Codebooks.IQ3_XXS[block->Quants[2 * piece + 1]] << 32;

    public static byte Signs(IQ3_XXS* block, int piece) => Codebooks.EvenSignBits(block->SignsAndScales[piece / 4] >> piece % 4 * 7 & 127);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Signs32(IQ3_XXS* block, int part)
    {
        var signs = Codebooks.EvenSigns;
        var seven = block->SignsAndScales[part];
        return Vector256.Create(signs[seven & 127], signs[seven >> 7 & 127], signs[seven >> 14 & 127], signs[seven >> 21 & 127]).AsSByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Factor(IQ3_XXS* block) => HalfBits.ToSingle(block->D) / 4;

    public static int Scale(IQ3_XXS* block, int group) => (int)(block->SignsAndScales[group] >> 28) * 2 + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> GroupScales(IQ3_XXS* block) =>
        GroupScale.OddOf8(Vector256.Load(block->SignsAndScales).AsInt32() >>> 28);
}
