namespace CoderLsp.Kernels;

/// <summary>The element types of tensors, with the numbers that GGUF files use for them (<c>ggml_type</c>).</summary>
public enum TensorType
{
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q2_K = 10,
    Q3_K = 11,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    IQ2_XXS = 16,
    IQ2_XS = 17,
    IQ3_XXS = 18,
    IQ1_S = 19,
    IQ4_NL = 20,
    IQ3_S = 21,
    IQ2_S = 22,
    IQ4_XS = 23,
    IQ1_M = 29,
    BF16 = 30,
}

/// <summary>How a <see cref="TensorType"/> lies in memory.</summary>
/// <param name="BlockSize">Values in one block; a row holds a whole number of blocks.</param>
/// <param name="BlockBytes">Bytes of one block.</param>
public readonly record struct BlockLayout(int BlockSize, int BlockBytes);

/// <summary>The layouts of all types that a GGUF file may hold, whether or not kernels for them exist (<see cref="KernelRegistry"/>).</summary>
public static class BlockLayouts
{
    /// <summary>The layout of <paramref name="type"/>; false for a number that names no known type.</summary>
    public static bool TryGet(TensorType type, out BlockLayout layout)
    {
        layout = type switch
        {
            TensorType.F32 => new(1, 4),
            TensorType.F16 or TensorType.BF16 => new(1, 2),
            TensorType.Q4_0 or TensorType.IQ4_NL => new(32, 18),
            TensorType.Q4_1 => new(32, 20),
            TensorType.Q5_0 => new(32, 22),
            TensorType.Q5_1 => new(32, 24),
            TensorType.Q8_0 => new(32, 34),
            TensorType.Q2_K => new(256, 84),
            TensorType.Q3_K => new(256, 110),
            TensorType.Q4_K => new(256, 144),
            TensorType.Q5_K => new(256, 176),
            TensorType.Q6_K => new(256, 210),
            TensorType.IQ1_S => new(256, 50),
            TensorType.IQ1_M => new(256, 56),
            TensorType.IQ2_XXS => new(256, 66),
            TensorType.IQ2_XS => new(256, 74),
            TensorType.IQ2_S => new(256, 82),
            TensorType.IQ3_XXS => new(256, 98),
            TensorType.IQ3_S => new(256, 110),
            TensorType.IQ4_XS => new(256, 136),
            _ => default,
        };
        return layout.BlockSize > 0;
    }

    /// <summary>The layout of <paramref name="type"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number names no known type.</exception>
    public static BlockLayout Of(TensorType type) =>
        TryGet(type, out var layout) ? layout : throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown tensor type.");

    /// <summary>Bytes of a row of <paramref name="columns"/> values, which must be a multiple of the block size.</summary>
    public static long RowBytes(TensorType type, long columns)
    {
        var layout = Of(type);
        if (columns % layout.BlockSize != 0)
            throw new ArgumentException($"A row of {columns} values is not a whole number of {type} blocks of {layout.BlockSize}.", nameof(columns));
        return checked(columns / layout.BlockSize * layout.BlockBytes);
    }
}
