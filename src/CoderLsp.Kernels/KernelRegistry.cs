using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CoderLsp.Kernels.Blocks;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels;

/// <summary>Every kernel there is, in order of preference. A new type of weights is one file in Blocks/ and one line here.</summary>
public static unsafe class KernelRegistry
{
    static readonly WeightKernel[] All =
    [
        .. Float<F32>(), .. Float<F16>(), .. Float<BF16>(),
        .. FloatScales<Q4_0>(), .. FloatScales<Q4_1>(), .. FloatScales<Q5_0>(), .. FloatScales<Q5_1>(), .. Words<Q8_0>(),
        .. WholeScales<Q2_K>(), .. WholeScales<Q3_K>(), .. WholeScales<Q4_K>(), .. WholeScales<Q5_K>(), .. WholeScales<Q6_K>(),
        .. WholeScales<IQ1_S>(), .. WholeScales<IQ1_M>(),
        .. WholeScales<IQ2_XXS>(), .. WholeScales<IQ2_XS>(), .. WholeScales<IQ2_S>(), .. WholeScales<IQ3_XXS>(), .. WholeScales<IQ3_S>(),
        .. Words<IQ4_NL>(), .. Words<IQ4_XS>(),
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

    static WeightKernel[] WholeScales<TBlock>() where TBlock : unmanaged, IBlock256<TBlock> =>
        Quantized<TBlock, WholeScaleTiles<TBlock, Vector512<int>, Lanes512>, WholeScaleTiles<TBlock, Vector256<int>, Lanes256>>(ActivationKind.Int8By256);

    static WeightKernel[] FloatScales<TBlock>() where TBlock : unmanaged, IBlock32<TBlock> =>
        Quantized<TBlock, FloatScaleTiles<TBlock, Vector512<int>, Lanes512>, FloatScaleTiles<TBlock, Vector256<int>, Lanes256>>(ActivationKind.Int8By32);

    static WeightKernel[] Words<TBlock>() where TBlock : unmanaged, IBlockFormat<TBlock> =>
        Quantized<TBlock, WordTiles<TBlock, Vector512<int>, Lanes512>, WordTiles<TBlock, Vector256<int>, Lanes256>>(ActivationKind.Int16By32);

    /// <param name="panel">What panels meet.</param>
    static WeightKernel[] Quantized<TBlock, TTiles512, TTiles256>(ActivationKind panel)
        where TBlock : unmanaged, IBlockFormat<TBlock> where TTiles512 : struct, IPanelTiles where TTiles256 : struct, IPanelTiles
    {
        // Before any kernel is compiled: then the tables' addresses are constants in it, and no check whether they are there stands in its loops.
        RuntimeHelpers.RunClassConstructor(typeof(HalfBits).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(Codebooks).TypeHandle);
        var activations = TBlock.BlockSize == 32 ? ActivationKind.Int8By32 : ActivationKind.Int8By256;
        // Blocks of 32 have scales as float, one for each token and block, which panels have once a row.
        var few = TBlock.BlockSize == 256 ? MatMul.MatMul.FewTokensLimit : TBlock.IsSigned ? 6 : 4;
        return
        [
            new(TBlock.Type, InstructionSet.Avx512, activations, &FewTokens<TBlock>.Dequantize, &FewTokens<TBlock>.MultiplyAvx512)
            {
                FewTokensLimit = few, PanelActivations = panel, PanelBytes = &TTiles512.PanelBytes, MultiplyMany = &ManyTokens<TTiles512>.Multiply,
            },
            new(TBlock.Type, InstructionSet.Avx2, activations, &FewTokens<TBlock>.Dequantize, &FewTokens<TBlock>.MultiplyAvx2)
            {
                FewTokensLimit = few, PanelActivations = panel, PanelBytes = &TTiles256.PanelBytes, MultiplyMany = &ManyTokens<TTiles256>.Multiply,
            },
            new(TBlock.Type, InstructionSet.AdvSimd, activations, &FewTokens<TBlock>.Dequantize, &FewTokens<TBlock>.MultiplyAdvSimd)
            {
                PanelBytes = &DotTiles<TBlock>.PanelBytes, MultiplyMany = &ManyTokens<DotTiles<TBlock>>.Multiply,
            },
            new(TBlock.Type, InstructionSet.Scalar, activations, &FewTokens<TBlock>.Dequantize, &FewTokens<TBlock>.MultiplyScalar),
        ];
    }

    static WeightKernel[] Float<TFormat>() where TFormat : struct, IFloatFormat =>
    [
        new(TFormat.Type, InstructionSet.Avx2, ActivationKind.Unrounded, &FloatWeights<TFormat>.Dequantize, &FloatWeights<TFormat>.MultiplyVectors),
        new(TFormat.Type, InstructionSet.AdvSimd, ActivationKind.Unrounded, &FloatWeights<TFormat>.Dequantize, &FloatWeights<TFormat>.MultiplyVectors),
        new(TFormat.Type, InstructionSet.Scalar, ActivationKind.Unrounded, &FloatWeights<TFormat>.Dequantize, &FloatWeights<TFormat>.MultiplyScalar),
    ];
}
