using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels;

/// <summary>The functions for one type of weights on one instruction set; <see cref="KernelRegistry"/> has them all.</summary>
public sealed unsafe class WeightKernel
{
    internal WeightKernel(
        TensorType type, InstructionSet set, ActivationKind activations,
        delegate*<byte*, int, float*, void> dequantize,
        delegate*<in Strip, void> multiplyFew)
    {
        Type = type;
        Set = set;
        Activations = activations;
        Dequantize = dequantize;
        MultiplyFew = MultiplyMany = multiplyFew;
        PanelActivations = activations;
    }

    public TensorType Type { get; }

    public InstructionSet Set { get; }

    /// <summary>What the weights are multiplied with when tokens are few.</summary>
    public ActivationKind Activations { get; }

    /// <summary>What they are multiplied with when tokens are many.</summary>
    public ActivationKind PanelActivations { get; internal init; }

    /// <summary>Up to so many tokens a row is multiplied as it lies; beyond, its conversion to a panel pays (benchmark "kernels").</summary>
    public int FewTokensLimit { get; internal init; } = MatMul.MatMul.FewTokensLimit;

    /// <summary>(row, columns, destination): a row as float32.</summary>
    internal delegate*<byte*, int, float*, void> Dequantize { get; }

    /// <summary>For decoding and a few tokens: reads each row once, as it lies.</summary>
    internal delegate*<in Strip, void> MultiplyFew { get; }

    /// <summary>For prompts: converts rows to a layout that many tokens are multiplied with. Without one of its own, as for a few tokens.</summary>
    internal delegate*<in Strip, void> MultiplyMany { get; init; }

    /// <summary>(columns): the memory that <see cref="MultiplyMany"/> needs on each thread; null for none.</summary>
    internal delegate*<int, long> PanelBytes { get; init; }
}

/// <summary>Some rows of a matrix to be multiplied with all tokens of a batch: out[t, r] = Σ w[r, c]·x[t, c].</summary>
/// <param name="weights">The matrix's first row.</param>
/// <param name="scratch">This worker's memory for a panel, aligned to 64.</param>
unsafe readonly struct Strip(
    byte* weights, long rowBytes, int columns, int firstRow, int endRow, ActivationBatch activations, float* output, int outputStride, byte* scratch)
{
    public readonly byte* Weights = weights;
    public readonly long RowBytes = rowBytes;
    public readonly int Columns = columns, FirstRow = firstRow, EndRow = endRow;
    public readonly ActivationBatch Activations = activations;
    public readonly float* Output = output;

    /// <summary>Floats between one token's results and the next one's.</summary>
    public readonly int OutputStride = outputStride;
    public readonly byte* Scratch = scratch;
}
