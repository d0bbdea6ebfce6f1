using CoderLsp.Kernels;

namespace CoderLsp.Inference.Gguf;

/// <summary>A tensor of a GGUF file: where its blocks lie in the mapped file.</summary>
/// <param name="Name">As in the file, <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Dimensions">1 to 4 sizes, all &gt; 0; the first is the row length (values that lie next to each other).</param>
/// <param name="Offset">Bytes from the start of the file, or of the part that has it.</param>
/// <param name="ByteLength">Bytes of all blocks; checked to lie inside the file.</param>
/// <param name="Data">The blocks in the mapped file; valid while the <see cref="GgufFile"/> is open.</param>
public sealed record GgufTensor(string Name, TensorType Type, IReadOnlyList<long> Dimensions, long Offset, long ByteLength, nint Data)
{
    /// <summary>Values in a row.</summary>
    public long Columns => Dimensions[0];

    /// <summary>Rows, over all further dimensions.</summary>
    public long Rows { get; } = Product(Dimensions, 1);

    /// <summary>Number of values.</summary>
    public long Count => checked(Columns * Rows);

    /// <exception cref="OverflowException">The product does not fit.</exception>
    internal static long Product(IReadOnlyList<long> sizes, int first)
    {
        var product = 1L;
        for (var i = first; i < sizes.Count; i++) product = checked(product * sizes[i]);
        return product;
    }
}
