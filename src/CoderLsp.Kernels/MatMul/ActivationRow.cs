namespace CoderLsp.Kernels.MatMul;

/// <summary>How activations are rounded to meet a type of weights.</summary>
public enum ActivationKind
{
    /// <summary>Not at all: float32 for weights of 16 or 32 bits.</summary>
    Unrounded,

    /// <summary>int8 with a scale for 32 values: formats with blocks of 32.</summary>
    Int8By32,

    /// <summary>int8 with a scale for 256 values: the k-quants and their kin.</summary>
    Int8By256,

    /// <summary>int16 with a scale for 32 values: prompts with weights of 8 bits.</summary>
    Int16By32,
}

/// <summary>
/// One token's activations x, rounded: x ≈ Scales[i / block] · Values[i], with Values in −127…127. The sums serve the minima:
/// Σ(s·u − m)·x = s·Σu·x − m·Σx.
/// </summary>
unsafe readonly struct ActivationRow(sbyte* values, float* scales, float* sums16, float* sums32, short* partSums)
{
    public readonly sbyte* Values = values;
    public readonly float* Scales = scales;

    /// <summary>Sums of 16 neighbouring Values each; whole numbers.</summary>
    public readonly float* Sums16 = sums16;

    /// <summary>Sums of 32 neighbouring Values each; whole numbers.</summary>
    public readonly float* Sums32 = sums32;

    /// <summary>
    /// Sums of 16 neighbouring Values each, for each 256 in the order of <see cref="Blocks.GroupScale"/>: those of the first halves of 8 parts of 32,
    /// then those of the second ones. Only where 256 values share a scale.
    /// </summary>
    public readonly short* PartSums = partSums;
}
