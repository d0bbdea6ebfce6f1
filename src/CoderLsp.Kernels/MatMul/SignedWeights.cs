using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// Weights as Arm's dot product of signed bytes wants them. It adds 4 neighbouring products to a lane of 32 bits, so that no product leaves its
/// range. All u fit a signed byte; where every block has the same offset it is subtracted from them, and no minima are left. Needs Dp.
/// </summary>
static unsafe class SignedWeights<TBlock> where TBlock : unmanaged, IBlockFormat<TBlock>
{
    public static bool HasMinima
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => !TBlock.IsSigned && TBlock.Offset == 0;
    }

    /// <summary>Weights 32·<paramref name="part"/> to 32·<paramref name="part"/> + 31 of a block, without scale and minimum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<sbyte> First, Vector128<sbyte> Second) Read(TBlock* block, int part)
    {
        var u = TBlock.Unpack32(block, part).AsSByte();
        var offset = Vector128.Create((sbyte)TBlock.Offset);
        return TBlock.Offset == 0 ? (u.GetLower(), u.GetUpper()) : (u.GetLower() - offset, u.GetUpper() - offset);
    }

    /// <summary>Sums of 8 products of 32 weights and activations in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Dot(Vector128<sbyte> first, Vector128<sbyte> second, sbyte* x) =>
        Dp.DotProduct(Dp.DotProduct(Vector128<int>.Zero, first, Vector128.Load(x)), second, Vector128.Load(x + 16));
}
