using CoderLsp.Inference.Gguf;
using CoderLsp.Kernels;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Models;

/// <summary>
/// Finds a model's tensors and checks their sizes and types against what the model expects. Matrices stay where they lie in the file; what
/// is copied out of it belongs to the reader, which is disposed of with the model.
/// </summary>
sealed class WeightReader(GgufFile file) : IDisposable
{
    readonly List<IDisposable> _owned = [];

    /// <summary>Whether the model will not compute: what is costly to make of its weights can be left out.</summary>
    public bool ChecksOnly { get; init; }

    /// <summary>The least of all matrices' <see cref="WeightKernel.FewTokensLimit"/>.</summary>
    public int FewTokensLimit { get; private set; } = MatMul.FewTokensLimit;

    public bool Has(string name) => file.Find(name) is not null;

    /// <summary>A matrix of <paramref name="rows"/> × <paramref name="columns"/>.</summary>
    public Matrix Matrix(string name, int rows, int columns) => Matrix(file.Get(name), rows, columns);

    /// <summary>As <see cref="Matrix(string, int, int)"/>; null when the file does not have it.</summary>
    public Matrix? TryMatrix(string name, int rows, int columns) => file.Find(name) is { } tensor ? Matrix(tensor, rows, columns) : null;

    /// <summary>A matrix and its bias, where there is one: <c>NAME.weight</c>, <c>NAME.bias</c>.</summary>
    public Linear Linear(string name, int rows, int columns) => new(Matrix($"{name}.weight", rows, columns), TryVector($"{name}.bias", rows));

    /// <summary>Gains, and a bias where the model's norms have one.</summary>
    public Norm Norm(string name, int length, ModelShape shape) =>
        new(Vector($"{name}.weight", length), shape.CentredNorms ? Vector($"{name}.bias", length) : null, shape.NormEpsilon);

    /// <summary>A vector of <paramref name="length"/> values as float32.</summary>
    public NativeBuffer<float> Vector(string name, int length) => Vector(file.Get(name), length);

    /// <summary>As <see cref="Vector(string, int)"/>; null when the file does not have it.</summary>
    public NativeBuffer<float>? TryVector(string name, int length) => file.Find(name) is { } tensor ? Vector(tensor, length) : null;

    /// <summary>Memory that lives as long as the model.</summary>
    public NativeBuffer<T> Keep<T>(NativeBuffer<T> buffer) where T : unmanaged
    {
        _owned.Add(buffer);
        return buffer;
    }

    public void Dispose()
    {
        foreach (var owned in _owned) owned.Dispose();
    }

    NativeBuffer<float> Vector(GgufTensor tensor, int length)
    {
        var matrix = Matrix(tensor, 1, length);
        var buffer = Keep(new NativeBuffer<float>(length));
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
        FewTokensLimit = Math.Min(FewTokensLimit, kernel.FewTokensLimit);
        return new Matrix(kernel, tensor.Data, rows, columns);
    }
}

/// <summary>y = W·x + b.</summary>
sealed record Linear(Matrix Matrix, NativeBuffer<float>? Bias)
{
    public unsafe float* BiasData => Bias is null ? null : Bias.Data;
}

/// <summary>x / √(mean(x²) + ε) · gain; with a bias (x − mean) / √(variance + ε) · gain + bias.</summary>
sealed record Norm(NativeBuffer<float> Gain, NativeBuffer<float>? Bias, float Epsilon);
