using System.Runtime.Intrinsics;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// A format of quantised weights, said once: a block holds small integers u, and groups of them share a scale s and a minimum m;
/// a weight is <c>s·u − m</c>. Reading, the scalar products and the prompt kernels all follow from that; the decode product, which reads the
/// published layout directly, is written once for blocks of 32 (<see cref="Rows32{TBlock, TTokens}"/>) and once for those of 256
/// (<see cref="Rows256{TBlock, TTokens}"/>).
/// </summary>
/// <typeparam name="TSelf">The block, laid out as in the file.</typeparam>
unsafe interface IBlockFormat<TSelf> where TSelf : unmanaged, IBlockFormat<TSelf>
{
    static abstract TensorType Type { get; }

    /// <summary>Weights in a block: 32 or 256. The activations that meet it share one scale over as many values.</summary>
    static abstract int BlockSize { get; }

    /// <summary>Weights that share a scale and a minimum: 16 or 32.</summary>
    static abstract int GroupSize { get; }

    /// <summary>Whether u are signed bytes (all minima are zero then), or unsigned ones.</summary>
    static abstract bool IsSigned { get; }

    /// <summary>The u of weight 0, where it is the same in every block: w = scale·(u − offset). Else 0.</summary>
    static virtual int Offset => 0;

    /// <summary>The largest of |u|.</summary>
    static abstract byte Largest { get; }

    /// <summary>Writes the block's <see cref="BlockSize"/> integers u, in the order of the row (signed ones as two's complement).</summary>
    static abstract void Unpack(TSelf* block, byte* values);

    /// <summary>Writes s and m of each group.</summary>
    static abstract void Scales(TSelf* block, float* scales, float* minima);

    /// <summary>Needs vectors: any set but the scalar one. The integers u of weights 32·<paramref name="part"/> to 32·<paramref name="part"/> + 31.</summary>
    static abstract Vector256<byte> Unpack32(TSelf* block, int part);

    /// <summary>Needs AdvSimd and Dp. Rows times <typeparamref name="TTokens"/> tokens.</summary>
    static abstract void MultiplyAdvSimd<TTokens>(in RowRange rows) where TTokens : struct, ITokenCount;

    /// <summary>The same; needs AVX2 and FMA.</summary>
    static abstract void MultiplyAvx2<TTokens>(in RowRange rows) where TTokens : struct, ITokenCount;

    /// <summary>The same; needs AVX-512.</summary>
    static abstract void MultiplyAvx512<TTokens>(in RowRange rows) where TTokens : struct, ITokenCount;
}
