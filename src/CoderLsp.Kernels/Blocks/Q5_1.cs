using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 32 weights of 5 bits with a scale and an offset, 6 bits a weight: w = d·q + m.
/// <code>| d: half | m: half | 32 fifth bits, weight i at bit i | 16 bytes: low nibbles are weights 0–15, high ones 16–31 |   24 bytes</code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q5_1 : IBlock32<Q5_1>
{
    public ushort D;
    public ushort M;
    public uint High;
    public fixed byte Quants[16];

    public static TensorType Type => TensorType.Q5_1;
    public static bool IsSigned => false;
    public static byte Largest => 31;

    public static void Unpack(Q5_1* block, byte* values)
    {
        for (var i = 0; i < 16; i++)
        {
            values[i] = (byte)(block->Quants[i] & 15u | (block->High >> i & 1) << 4);
            values[i + 16] = (byte)((uint)block->Quants[i] >> 4 | (block->High >> (i + 16) & 1) << 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(Q5_1* block) => HalfBits.ToSingle(block->D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(Q5_1* block) => -HalfBits.ToSingle(block->M);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q5_1* block, int part) => Vectors.Nibbles(block->Quants) | Vectors.SpreadBits(block->High, 16);
}
