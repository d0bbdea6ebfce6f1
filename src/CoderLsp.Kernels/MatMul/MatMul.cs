using System.Runtime.CompilerServices;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>A product to be computed: out (tokens, rows) = x (tokens, columns) · matrixᵀ.</summary>
/// <param name="Output">(tokens, <paramref name="OutputStride"/>) float32.</param>
public unsafe readonly record struct Product(Matrix Matrix, nint Output, int OutputStride);

/// <summary>Matrix products over the compute pool.</summary>
public sealed unsafe class MatMul(ComputePool pool) : IDisposable
{
    /// <summary>Up to so many tokens a row is multiplied as it lies; beyond, its conversion to a panel pays (benchmark "kernels").</summary>
    public const int FewTokensLimit = 8;

    readonly NativeBuffer<byte> _scratch = new();

    public void Run(Activations x, Product product) => Run(x, [product]);

    /// <summary>Products that share their input, as one loop over the rows of all: Q, K and V; gate and up.</summary>
    public void Run(Activations x, ReadOnlySpan<Product> products)
    {
        if (products.Length > ProductJob.MaxProducts) throw new ArgumentException($"At most {ProductJob.MaxProducts} products at a time.");
        var many = x.Tokens > FewTokensLimit;
        var scratchBytes = Panel<Q6_K>.MaxBytes(x.Columns);
        if (many) _scratch.EnsureLength(scratchBytes * pool.ThreadCount);

        var job = new ProductJob { Scratch = _scratch.Data, ScratchBytes = scratchBytes, Count = products.Length };
        var strips = 0;
        for (var i = 0; i < products.Length; i++)
        {
            var matrix = products[i].Matrix;
            if (matrix.Columns != x.Columns) throw new ArgumentException($"A matrix of {matrix.Columns} columns cannot meet {x.Columns} values.");
            var kernel = matrix.Kernel;
            job[i] = new ProductPart(
                products[i], x.Get(kernel.Activations, pool), many ? kernel.MultiplyMany : kernel.MultiplyFew, strips);
            strips += job[i].StripCount;
        }

        // Enough strips a chunk to keep the shared counter cool, few enough that no thread waits long for the last one.
        pool.Run(ref job, strips, Math.Clamp(strips / (16 * pool.ThreadCount), 1, 16));
    }

    public void Dispose() => _scratch.Dispose();
}

/// <summary>The rows of up to three matrices as one list of strips of 8 rows.</summary>
unsafe struct ProductJob : IParallelJob
{
    public const int MaxProducts = 3;

    public int Count;
    public byte* Scratch;
    public long ScratchBytes;
    Parts _parts;

    public ProductPart this[int index]
    {
        readonly get => _parts[index];
        set => _parts[index] = value;
    }

    public readonly void Execute(int worker, int first, int last)
    {
        for (var i = 0; i < Count; i++) _parts[i].Execute(first, last, Scratch + worker * ScratchBytes);
    }

    [InlineArray(MaxProducts)]
    struct Parts
    {
        ProductPart _first;
    }
}

/// <summary>One matrix of a <see cref="ProductJob"/>: the strips from <paramref name="firstStrip"/> on are its rows.</summary>
unsafe readonly struct ProductPart(Product product, ActivationBatch activations, delegate*<in Strip, void> multiply, int firstStrip)
{
    const int StripRows = 8;

    readonly byte* _weights = (byte*)product.Matrix.Data;
    readonly long _rowBytes = product.Matrix.RowBytes;
    readonly int _rows = product.Matrix.Rows;
    readonly float* _output = (float*)product.Output;
    readonly int _outputStride = product.OutputStride;
    readonly ActivationBatch _activations = activations;
    readonly delegate*<in Strip, void> _multiply = multiply;
    readonly int _firstStrip = firstStrip;

    public int StripCount => (_rows + StripRows - 1) / StripRows;

    public void Execute(int first, int last, byte* scratch)
    {
        var firstRow = Math.Max(0, first - _firstStrip) * StripRows;
        var endRow = Math.Min(_rows, (last - _firstStrip) * StripRows);
        if (firstRow >= endRow) return;
        _multiply(new Strip(_weights, _rowBytes, _activations.Columns, firstRow, endRow, _activations, _output, _outputStride, scratch));
    }
}
