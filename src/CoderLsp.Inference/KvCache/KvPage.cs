using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.KvCache;

/// <summary>
/// Up to 32 tokens that follow each other in a text, with their keys and values; a node of <see cref="KvTree"/>. What it continues is
/// above it: keys and values are those of the whole way from the root. Only full pages have others below.
/// </summary>
sealed class KvPage : IDisposable
{
    readonly int[] _tokens = new int[KvLayout.PageTokens];

    /// <param name="bytes">Of keys and values; 0 for the root.</param>
    public KvPage(long bytes)
    {
        Data = new(bytes);
        Age = new(this);
    }

    public NativeBuffer<byte> Data { get; }

    /// <summary>Tokens that are here.</summary>
    public int Length { get; private set; }

    public bool IsFull => Length == KvLayout.PageTokens;

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Length);

    /// <summary>What it continues; null outside of the tree.</summary>
    public KvPage? Parent { get; set; }

    public List<KvPage> Children { get; } = [];

    /// <summary>Sequences that are going through it.</summary>
    public int Users { get; set; }

    /// <summary>Its place among the pages that nobody uses.</summary>
    public LinkedListNode<KvPage> Age { get; }

    public void Append(int token) => _tokens[Length++] = token;

    public void Truncate(int length) => Length = length;

    public void Dispose() => Data.Dispose();
}
