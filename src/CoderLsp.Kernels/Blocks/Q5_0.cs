using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 32 weights of 5 bits with one scale, 5.5 bits a weight: w = d·(q − 16).
/// <code>| d: half | 32 fifth bits, weight i at bit i | 16 bytes: low nibbles are weights 0–15, high ones 16–31 |   22 bytes</code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q5_0 : IBlock32<Q5_0>
{
    public ushort D;
    public uint High;
    public fixed byte Quants[16];

    public static TensorType Type => TensorType.Q5_0;
    public static bool IsSigned => false;
    public static int Offset => 16;
    public static byte Largest => 31;

    public static void Unpack(Q5_0* block, byte* values)
    {
        for (var i = 0; i < 16; i++)
        {
            values[i] = (byte)(block->Quants[i] & 15u | (block->High >> i & 1) << 4);
            values[i + 16] = (byte)((uint)block->Quants[i] >> 4 | (block->High >> (i + 16) & 1) << 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(Q5_0* block) => HalfBits.ToSingle(block->D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q5_0* block, int part) => Vectors.Nibbles(block->Quants) | Vectors.SpreadBits(block->High, 16);
}
