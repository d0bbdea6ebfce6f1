namespace CoderLsp.Kernels.MatMul;

/// <summary>How many tokens a kernel multiplies a row with while it has the row's weights in registers: 1, 2 or 4.</summary>
interface ITokenCount
{
    static abstract int Count { get; }
}

readonly struct OneToken : ITokenCount
{
    public static int Count => 1;
}

readonly struct TwoTokens : ITokenCount
{
    public static int Count => 2;
}

readonly struct FourTokens : ITokenCount
{
    public static int Count => 4;
}

/// <summary>
/// Some rows of blocks, and the first of the tokens they meet. <see cref="ITokenCount.Count"/> tokens' activations are there (rows past the
/// batch's end hold what some earlier batch left), but results go to <see cref="Tokens"/> of them only.
/// </summary>
unsafe readonly struct RowRange
{
    readonly float* _output;
    readonly long _outputStride;

    public readonly byte* Weights;
    public readonly long RowBytes;
    public readonly int Columns, FirstRow, EndRow, Tokens;

    /// <summary>The first token's activations.</summary>
    public readonly ActivationRow X;

    public RowRange(in Strip strip, int firstRow, int endRow, int firstToken, int tokens)
    {
        _output = strip.Output + (long)firstToken * strip.OutputStride;
        _outputStride = strip.OutputStride;
        Weights = strip.Weights;
        RowBytes = strip.RowBytes;
        Columns = strip.Columns;
        FirstRow = firstRow;
        EndRow = endRow;
        Tokens = tokens;
        X = strip.Activations.Quantized.Row(firstToken);
    }

    public void Store(int row, float y0) => _output[row] = y0;

    public void Store(int row, float y0, float y1)
    {
        _output[row] = y0;
        if (Tokens > 1) _output[row + _outputStride] = y1;
    }

    public void Store(int row, float y0, float y1, float y2, float y3)
    {
        Store(row, y0, y1);
        if (Tokens > 2) _output[row + 2 * _outputStride] = y2;
        if (Tokens > 3) _output[row + 3 * _outputStride] = y3;
    }
}
