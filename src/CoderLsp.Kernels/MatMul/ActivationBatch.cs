namespace CoderLsp.Kernels.MatMul;

/// <summary>The activations of a batch of tokens as kernels see them: plain rows, and rounded ones where the weights want them.</summary>
unsafe readonly struct ActivationBatch(int tokens, int columns, float* values, QuantizedBatch quantized)
{
    public readonly int Tokens = tokens, Columns = columns;

    /// <summary>(tokens, columns) float32.</summary>
    public readonly float* Values = values;

    public readonly QuantizedBatch Quantized = quantized;

    /// <summary>Some of its tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has fewer.</exception>
    public ActivationBatch Slice(int first, int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + tokens, Tokens, nameof(tokens));
        return new(tokens, Columns, Values + (long)first * Columns, Quantized.From(first));
    }
}

/// <summary>
/// Rounded activations of a batch, see <see cref="ActivationRow"/>. Four more rows of some earlier batch's values follow the last one, so
/// that tiles of 4 tokens may read past it; what they make of these is not stored.
/// </summary>
unsafe readonly struct QuantizedBatch(int columns, int scaleBlock, sbyte* values, float* scales, float* sums16, float* sums32, short* partSums)
{
    /// <summary>A batch of words: no bytes, no sums.</summary>
    public QuantizedBatch(int columns, short* words, float* scales) : this(columns, 32, null, scales, null, null, null) => Words = words;

    /// <summary>Values that share a scale: 32 or 256.</summary>
    public readonly int ScaleBlock = scaleBlock;
    public readonly int Columns = columns;
    public readonly sbyte* Values = values;
    public readonly float* Scales = scales, Sums16 = sums16, Sums32 = sums32;
    public readonly short* PartSums = partSums;

    /// <summary>(tokens, columns) where the batch is one of words; else null.</summary>
    public readonly short* Words;

    public QuantizedBatch From(int token)
    {
        if (Words is not null) return new(Columns, Words + (long)token * Columns, Scales + (long)token * (Columns / 32));
        if (Values is null) return this;
        var row = Row(token);
        return new(Columns, ScaleBlock, row.Values, row.Scales, row.Sums16, row.Sums32, row.PartSums);
    }

    public ActivationRow Row(int token) => new(
        Values + (long)token * Columns, Scales + (long)token * (Columns / ScaleBlock), Sums16 + (long)token * (Columns / 16), Sums32 + (long)token * (Columns / 32),
        PartSums + (long)token * (Columns / 16));
}
