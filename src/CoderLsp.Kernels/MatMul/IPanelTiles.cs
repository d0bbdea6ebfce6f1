namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// A way to multiply many tokens: <see cref="Rows"/> rows are converted to a panel, a layout that suits the multipliers, which then meets the
/// tokens in tiles of <see cref="Tokens"/>. A lane is a row, so no sum across lanes is ever needed; tokens' values are broadcast from memory.
/// </summary>
unsafe interface IPanelTiles
{
    /// <summary>The tokens of a tile.</summary>
    const int Tokens = 4;

    /// <summary>The rows of a panel; at most <see cref="MostRows"/>, of which it is a divisor.</summary>
    static abstract int Rows { get; }

    const int MostRows = 32;

    /// <summary>Memory of a panel.</summary>
    static abstract long PanelBytes(int columns);

    /// <summary>Fills a panel from <paramref name="count"/> rows; one of fewer repeats its last row.</summary>
    /// <param name="panel">Aligned to 64.</param>
    static abstract void Fill(byte* panel, byte* firstRow, long rowBytes, int count, int columns);

    /// <summary>The products of the panel's rows with tokens <paramref name="token"/> to token + 3 over all columns.</summary>
    /// <param name="output">(tokens, stride): of each token as many values as the panel has rows.</param>
    static abstract void Multiply(byte* panel, in QuantizedBatch batch, int token, float* output, int outputStride);
}
