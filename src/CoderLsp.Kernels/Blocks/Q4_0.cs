using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 32 nibbles with one scale, 4.5 bits a weight: w = d·(q − 8).
/// <code>| d: half | 16 bytes: low nibbles are weights 0–15, high ones 16–31 |   18 bytes</code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q4_0 : IBlock32<Q4_0>
{
    public ushort D;
    public fixed byte Quants[16];

    public static TensorType Type => TensorType.Q4_0;
    public static bool IsSigned => false;
    public static int Offset => 8;
    public static byte Largest => 15;

    public static void Unpack(Q4_0* block, byte* values)
    {
        for (var i = 0; i < 16; i++)
        {
            values[i] = (byte)(block->Quants[i] & 15);
            values[i + 16] = (byte)(block->Quants[i] >> 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(Q4_0* block) => HalfBits.ToSingle(block->D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q4_0* block, int part) => Vectors.Nibbles(block->Quants);
}
