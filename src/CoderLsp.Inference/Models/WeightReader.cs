using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models;

/// <summary>Finds a model's tensors and checks their sizes and types against what the model expects.</summary>
sealed class WeightReader(GgufFile file)
{
    /// <summary>A matrix of <paramref name="rows"/> × <paramref name="columns"/>, left where it lies in the file.</summary>
    public Matrix Matrix(string name, int rows, int columns) => Matrix(file.Get(name), rows, columns);

    /// <summary>As <see cref="Matrix(string, int, int)"/>; null when the file does not have it.</summary>
    public Matrix? TryMatrix(string name, int rows, int columns) => file.Find(name) is { } tensor ? Matrix(tensor, rows, columns) : null;

    /// <summary>A vector of <paramref name="length"/> values as float32.</summary>
    public NativeBuffer<float> Vector(string name, int length) => Vector(file.Get(name), length);

    /// <summary>As <see cref="Vector(string, int)"/>; null when the file does not have it.</summary>
    public NativeBuffer<float>? TryVector(string name, int length) => file.Find(name) is { } tensor ? Vector(tensor, length) : null;

    NativeBuffer<float> Vector(GgufTensor tensor, int length)
    {
        var matrix = Matrix(tensor, 1, length);
        var buffer = new NativeBuffer<float>(length);
        matrix.Dequantize(0, buffer.Span(0, length));
        return buffer;
    }

    Matrix Matrix(GgufTensor tensor, int rows, int columns)
    {
        if (tensor.Columns != columns || tensor.Rows != rows)
            throw new GgufException(
                $"{file.Path}: the tensor '{tensor.Name}' is {tensor.Rows} × {tensor.Columns}, but the model's sizes ask for {rows} × {columns}.");
        var kernel = KernelRegistry.Find(tensor.Type)
            ?? throw new GgufException(
                $"{file.Path}: the tensor '{tensor.Name}' has the type {tensor.Type}, which is not supported yet; " +
                $"use a file of types {string.Join(", ", KernelRegistry.SupportedTypes)}.");
        return new Matrix(kernel, tensor.Data, rows, columns);
    }
}
