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
/// batch's end hold what some earlier batch left), but results go to <paramref name="tokens"/> of them only.
/// </summary>
unsafe readonly struct RowRange(in Strip strip, int firstRow, int endRow, int firstToken, int tokens)
{
    readonly float* _output = strip.Output + (long)firstToken * strip.OutputStride;
    readonly long _outputStride = strip.OutputStride;

    public readonly byte* Weights = strip.Weights;
    public readonly long RowBytes = strip.RowBytes;
    public readonly int Columns = strip.Columns, FirstRow = firstRow, EndRow = endRow, Tokens = tokens;

    /// <summary>The first token's activations.</summary>
    public readonly ActivationRow X = strip.Activations.Quantized.Row(firstToken);

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
