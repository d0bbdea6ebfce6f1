namespace CoderLsp.Kernels.MatMul;

/// <summary>A product to be computed: out (tokens, rows) = x (tokens, columns) · matrixᵀ.</summary>
/// <param name="Output">(tokens, <paramref name="OutputStride"/>) float32.</param>
/// <param name="FirstToken">The first of the input's tokens that take part.</param>
/// <param name="Tokens">How many of them take part; null for all from the first on.</param>
public readonly record struct Product(Matrix Matrix, nint Output, int OutputStride, int FirstToken = 0, int? Tokens = null);

/// <summary>Matrix products over the compute pool.</summary>
public sealed unsafe class MatMul(ComputePool pool) : IDisposable
{
    /// <summary>The largest <see cref="WeightKernel.FewTokensLimit"/>.</summary>
    public const int FewTokensLimit = 8;

    // Some 8 ms of two cores: seldom enough that nobody waits long for the last strip of each, often enough to be cancelled soon.
    const double MultiplicationsAtOnce = 1e9;

    readonly NativeBuffer<byte> _scratch = new();
    readonly NativeBuffer<ProductPart> _parts = new();
    readonly NativeBuffer<float> _pairs = new(); // results of fine activations, two for each token

    /// <summary>Has a kernel compiled, for one token and for many, which takes longer than it does to compute: multiplies some zeros.</summary>
    public static void Prepare(WeightKernel kernel)
    {
        const int rows = IPanelTiles.MostRows, columns = 256;
        using var pool = new ComputePool(1);
        using var products = new MatMul(pool);
        using var x = new Activations();
        using var weights = new NativeBuffer<byte>(rows * BlockLayouts.RowBytes(kernel.Type, columns));
        using var results = new NativeBuffer<float>((FewTokensLimit + 1) * rows);
        foreach (var tokens in (ReadOnlySpan<int>)[1, FewTokensLimit + 1])
        {
            x.Begin(tokens, columns); // zeros, as the weights: new memory is
            products.Run(x, new Product(new Matrix(kernel, (nint)weights.Data, rows, columns), (nint)results.Data, rows));
        }
    }

    public void Run(Activations x, Product product) => Run(x, [product]);

    /// <summary>Products that share their input, as one loop over the rows of all: Q, K and V; gate and up; those of all experts.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; results are undefined. Looked at every 10 ms or so.</exception>
    public void Run(Activations x, ReadOnlySpan<Product> products, CancellationToken cancellation = default)
    {
        _parts.EnsureLength(products.Length);
        if (x.IsFine) _pairs.EnsureLength(FineResults(x, products));

        var strips = 0;
        var panelBytes = 0L;
        var multiplications = 0.0;
        var pairs = _pairs.Data;
        for (var i = 0; i < products.Length; i++)
        {
            var product = products[i];
            var kernel = product.Matrix.Kernel;
            if (product.Matrix.Columns != x.Columns)
                throw new ArgumentException($"A matrix of {product.Matrix.Columns} columns cannot meet {x.Columns} values.");
            var tokens = TokensOf(x, product);
            var many = AreMany(x, product);
            var kind = many ? kernel.PanelActivations : kernel.Activations;
            var fine = x.HasPairs(kind);
            var batch = x.Get(kind, pool).Slice(fine ? 2 * product.FirstToken : product.FirstToken, fine ? 2 * tokens : tokens);
            var multiply = many ? kernel.MultiplyMany : kernel.MultiplyFew;
            if (many && kernel.PanelBytes != null) panelBytes = Math.Max(panelBytes, kernel.PanelBytes(x.Columns));
            _parts.Data[i] = new(fine ? product with { Output = (nint)pairs, OutputStride = product.Matrix.Rows } : product, batch, multiply, strips);
            strips += _parts.Data[i].StripCount;
            multiplications += (double)batch.Tokens * product.Matrix.Rows * x.Columns;
            if (fine) pairs += 2L * tokens * product.Matrix.Rows;
        }

        panelBytes = (panelBytes + 63) & ~63L;
        _scratch.EnsureLength(panelBytes * pool.ThreadCount);
        var job = new ProductJob { Parts = _parts.Data, Count = products.Length, Scratch = _scratch.Data, ScratchBytes = panelBytes };
        var atOnce = (int)Math.Ceiling(strips / Math.Max(1, Math.Ceiling(multiplications / MultiplicationsAtOnce)));
        for (; job.FirstStrip < strips; job.FirstStrip += atOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(atOnce, strips - job.FirstStrip);
            // Enough strips a chunk to keep the shared counter cool, few enough that no thread waits long for the last one.
            pool.Run(ref job, count, Math.Clamp(count / (16 * pool.ThreadCount), 1, 16));
        }

        if (x.IsFine) AddPairs(x, products);
    }

    public void Dispose()
    {
        _scratch.Dispose();
        _parts.Dispose();
        _pairs.Dispose();
    }

    static int TokensOf(Activations x, in Product product) => product.Tokens ?? x.Tokens - product.FirstToken;

    static bool AreMany(Activations x, in Product product) =>
        (x.HasPairs(product.Matrix.Kernel.Activations) ? 2 : 1) * TokensOf(x, product) > product.Matrix.Kernel.FewTokensLimit;

    static bool IsFine(Activations x, in Product product)
    {
        var kernel = product.Matrix.Kernel;
        return x.HasPairs(AreMany(x, product) ? kernel.PanelActivations : kernel.Activations);
    }

    static long FineResults(Activations x, ReadOnlySpan<Product> products)
    {
        var count = 0L;
        foreach (ref readonly var product in products)
            if (IsFine(x, product)) count += 2L * TokensOf(x, product) * product.Matrix.Rows;
        return count;
    }

    /// <summary>Each token's result is the sum of what its two rows gave.</summary>
    void AddPairs(Activations x, ReadOnlySpan<Product> products)
    {
        var pairs = _pairs.Data;
        foreach (ref readonly var product in products)
        {
            if (!IsFine(x, product)) continue;
            var (tokens, rows) = (TokensOf(x, product), product.Matrix.Rows);
            var job = new AddPairsJob { Pairs = pairs, Output = (float*)product.Output, Rows = rows, OutputStride = product.OutputStride };
            pool.Run(ref job, tokens, Math.Max(1, 16_384 / rows)); // small ones are done where they are
            pairs += 2L * tokens * rows;
        }
    }
}

unsafe struct AddPairsJob : IParallelJob
{
    /// <summary>(tokens, 2, rows).</summary>
    public float* Pairs;

    /// <summary>(tokens, stride).</summary>
    public float* Output;
    public int Rows, OutputStride;

    public readonly void Execute(int worker, int first, int last)
    {
        for (var t = first; t < last; t++)
        {
            var pair = Pairs + 2L * t * Rows;
            new Span<float>(pair, Rows).CopyTo(new Span<float>(Output + (long)t * OutputStride, Rows));
            Elementwise.Sums.Add(Output + (long)t * OutputStride, pair + Rows, Rows);
        }
    }
}

/// <summary>The rows of some matrices as one list of strips of some rows.</summary>
unsafe struct ProductJob : IParallelJob
{
    /// <summary>In the order of their strips.</summary>
    public ProductPart* Parts;
    public int Count;

    /// <summary>Where the loop begins.</summary>
    public int FirstStrip;
    public byte* Scratch;
    public long ScratchBytes;

    public readonly void Execute(int worker, int first, int last)
    {
        for (var i = 0; i < Count; i++) Parts[i].Execute(FirstStrip + first, FirstStrip + last, Scratch + worker * ScratchBytes);
    }
}

/// <summary>One matrix of a <see cref="ProductJob"/>: the strips from <paramref name="firstStrip"/> on are its rows.</summary>
unsafe readonly struct ProductPart(Product product, ActivationBatch activations, delegate*<in Strip, void> multiply, int firstStrip)
{
    const int StripRows = IPanelTiles.MostRows;

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
