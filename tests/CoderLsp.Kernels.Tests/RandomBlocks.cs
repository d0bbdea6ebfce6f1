using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Tests;

/// <summary>A matrix of random blocks of a type: every bit pattern of the quants and scales, with sane half-precision factors.</summary>
sealed unsafe class RandomMatrix : IDisposable
{
    readonly NativeBuffer<byte> _memory;

    public RandomMatrix(WeightKernel kernel, int rows, int columns, int seed)
    {
        var type = kernel.Type;
        var layout = BlockLayouts.Of(type);
        var bytes = BlockLayouts.RowBytes(type, columns) * rows;
        _memory = new NativeBuffer<byte>(bytes);
        var random = new Random(seed);
        random.NextBytes(new Span<byte>(_memory.Data, (int)bytes));
        for (var block = 0L; block < bytes / layout.BlockBytes; block++)
            foreach (var offset in HalfOffsets(type))
                *(ushort*)(_memory.Data + block * layout.BlockBytes + offset) = RandomHalf(random);
        if (type == TensorType.F32)
            for (var i = 0; i < bytes / 4; i++) ((float*)_memory.Data)[i] = (float)(random.NextDouble() - 0.5);
        if (type == TensorType.BF16)
            for (var i = 0; i < bytes / 2; i++)
                ((ushort*)_memory.Data)[i] = (ushort)(BitConverter.SingleToUInt32Bits((float)(random.NextDouble() - 0.5)) >> 16);
        if (type == TensorType.IQ1_M) // its factor lies in the uppermost nibbles of the last four words; the uppermost of them all is made that of a number below 1
            for (var block = 0L; block < bytes / layout.BlockBytes; block++)
            {
                var last = _memory.Data + (block + 1) * layout.BlockBytes - 1;
                *last = (byte)(*last & 0x8F | 0x20);
            }
        Matrix = new Matrix(kernel, (nint)_memory.Data, rows, columns);
    }

    public Matrix Matrix { get; }

    /// <summary>The same weights, read by another kernel.</summary>
    public Matrix With(WeightKernel kernel) => Matrix with { Kernel = kernel };

    public void Dispose() => _memory.Dispose();

    static int[] HalfOffsets(TensorType type) => type switch
    {
        TensorType.F16 or TensorType.Q4_0 or TensorType.Q5_0 or TensorType.Q8_0 => [0],
        TensorType.IQ1_S or TensorType.IQ2_XXS or TensorType.IQ2_XS or TensorType.IQ2_S or TensorType.IQ3_XXS or TensorType.IQ3_S => [0],
        TensorType.IQ4_NL or TensorType.IQ4_XS => [0],
        TensorType.Q4_1 or TensorType.Q5_1 or TensorType.Q4_K or TensorType.Q5_K => [0, 2],
        TensorType.Q2_K => [80, 82],
        TensorType.Q3_K => [108],
        TensorType.Q6_K => [208],
        TensorType.F32 or TensorType.BF16 or TensorType.IQ1_M => [],
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Say where its half-precision factors are."),
    };

    static ushort RandomHalf(Random random) => BitConverter.HalfToUInt16Bits((Half)((random.NextDouble() - 0.5) * 0.1));
}
