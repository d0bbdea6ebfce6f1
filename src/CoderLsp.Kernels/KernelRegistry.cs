using System.Runtime.CompilerServices;
using CoderLsp.Kernels.Blocks;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels;

/// <summary>Every kernel there is, in order of preference. A new type of weights is one file in Blocks/ and one line here.</summary>
public static unsafe class KernelRegistry
{
    static readonly WeightKernel[] All =
    [
        .. Float<F32>(), .. Float<F16>(), .. Float<BF16>(),
        .. Quantized<Q4_0, FourBits>(), .. Quantized<Q4_1, FourBits>(), .. Quantized<Q5_0, FiveBits>(), .. Quantized<Q5_1, FiveBits>(),
        .. Quantized<Q8_0, SignedBytes>(),
        .. Quantized<Q2_K, FourBits>(), .. Quantized<Q3_K, FourBits>(),
        .. Quantized<Q4_K, FourBits>(), .. Quantized<Q5_K, FiveBits>(), .. Quantized<Q6_K, SixBits>(),
        .. Quantized<IQ1_S, FiveBits>(), .. Quantized<IQ1_M, FiveBits>(),
        .. Quantized<IQ2_XXS, SignedSixBits>(), .. Quantized<IQ2_XS, SignedSixBits>(), .. Quantized<IQ2_S, SignedSixBits>(),
        .. Quantized<IQ3_XXS, SignedSixBits>(), .. Quantized<IQ3_S, SignedFourBits>(),
        .. Quantized<IQ4_NL, SignedBytes>(), .. Quantized<IQ4_XS, SignedBytes>(),
    ];

    /// <summary>All kernels, those that this machine cannot run included.</summary>
    public static IReadOnlyList<WeightKernel> Kernels => All;

    /// <summary>Types of weights that can be computed with.</summary>
    public static IEnumerable<TensorType> SupportedTypes => All.Select(kernel => kernel.Type).Distinct();

    /// <summary>The kernel that <see cref="InstructionSets.Selected"/> gives <paramref name="type"/>: the best one at most of that set.</summary>
    /// <returns>Null when no kernel knows the type.</returns>
    public static WeightKernel? Find(TensorType type) => Find(type, InstructionSets.Selected);

    /// <summary>The best kernel for <paramref name="type"/> that needs at most <paramref name="set"/>.</summary>
    public static WeightKernel? Find(TensorType type, InstructionSet set) => All.FirstOrDefault(kernel => kernel.Type == type && kernel.Set <= set);

    static WeightKernel[] Quantized<TBlock, TProducts>() where TBlock : unmanaged, IBlockFormat<TBlock> where TProducts : struct, IProducts
    {
        // Before any kernel is compiled: then the tables' addresses are constants in it, and no check whether they are there stands in its loops.
        RuntimeHelpers.RunClassConstructor(typeof(HalfBits).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(Codebooks).TypeHandle);
        var activations = TBlock.BlockSize == 32 ? ActivationKind.Int8By32 : ActivationKind.Int8By256;
        return
        [
            new(TBlock.Type, InstructionSet.Avx512, activations,
                &FewTokens<TBlock>.Dequantize, &FewTokens<TBlock>.MultiplyAvx512, &ManyTokens<TBlock, TProducts>.MultiplyAvx2),
            new(TBlock.Type, InstructionSet.Avx2, activations,
                &FewTokens<TBlock>.Dequantize, &FewTokens<TBlock>.MultiplyAvx2, &ManyTokens<TBlock, TProducts>.MultiplyAvx2),
            new(TBlock.Type, InstructionSet.Scalar, activations,
                &FewTokens<TBlock>.Dequantize, &FewTokens<TBlock>.MultiplyScalar, &FewTokens<TBlock>.MultiplyScalar),
        ];
    }

    static WeightKernel[] Float<TFormat>() where TFormat : struct, IFloatFormat =>
    [
        new(TFormat.Type, InstructionSet.Avx2, ActivationKind.Unrounded,
            &FloatWeights<TFormat>.Dequantize, &FloatWeights<TFormat>.MultiplyAvx2, &FloatWeights<TFormat>.MultiplyAvx2),
        new(TFormat.Type, InstructionSet.Scalar, ActivationKind.Unrounded,
            &FloatWeights<TFormat>.Dequantize, &FloatWeights<TFormat>.MultiplyScalar, &FloatWeights<TFormat>.MultiplyScalar),
    ];
}
