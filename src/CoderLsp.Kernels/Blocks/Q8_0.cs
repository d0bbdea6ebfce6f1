using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// 32 signed bytes with one scale, 8.5 bits a weight: w = d·q.
/// <code>| d: half | q[0] … q[31]: int8 |   34 bytes</code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct Q8_0 : IBlock32<Q8_0>
{
    public ushort D;
    public fixed sbyte Quants[32];

    public static TensorType Type => TensorType.Q8_0;
    public static bool IsSigned => true;
    public static byte Largest => 128;

    public static void Unpack(Q8_0* block, byte* values)
    {
        for (var i = 0; i < 32; i++) values[i] = (byte)block->Quants[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(Q8_0* block) => HalfBits.ToSingle(block->D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Unpack32(Q8_0* block, int part) => Vector256.Load((byte*)block->Quants);
}
