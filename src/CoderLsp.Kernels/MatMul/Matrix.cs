using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>A weight matrix where it lies in the mapped file: <paramref name="Rows"/> rows of <paramref name="Columns"/> weights.</summary>
/// <param name="Kernel">How its type is read and multiplied.</param>
/// <param name="Data">The first row's first block; rows follow each other without gaps.</param>
public sealed record Matrix(WeightKernel Kernel, nint Data, int Rows, int Columns)
{
    /// <summary>Bytes of a row.</summary>
    public long RowBytes { get; } = BlockLayouts.RowBytes(Kernel.Type, Columns);

    /// <summary>Some of its rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has fewer.</exception>
    public Matrix Slice(int firstRow, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow, Rows - rows);
        return new(Kernel, Data + (nint)(firstRow * RowBytes), rows, Columns);
    }

    /// <summary>Reads row <paramref name="row"/> as float32.</summary>
    public unsafe void Dequantize(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Columns);
        fixed (float* target = destination) Kernel.Dequantize((byte*)Data + row * RowBytes, Columns, target);
    }
}
