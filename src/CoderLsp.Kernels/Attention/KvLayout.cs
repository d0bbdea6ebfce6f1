using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.Attention;

/// <summary>
/// Where keys and values lie. A page holds <see cref="PageTokens"/> positions of all layers, in half precision:
/// <code>[layer][keys | values][head][position in the page][dimension]</code>
/// so that one head reads a page's keys, and then its values, in one run.
/// </summary>
public readonly record struct KvLayout(int Layers, int Heads, int HeadSize)
{
    /// <summary>Positions of a page.</summary>
    public const int PageTokens = 32;

    /// <summary>Values of one head's keys (or values) in a page.</summary>
    public int HeadBlock => PageTokens * HeadSize;

    /// <summary>Halves in a page.</summary>
    public long PageLength => (long)Layers * 2 * Heads * HeadBlock;

    /// <summary>Offset of a head's keys in a page.</summary>
    public long Keys(int layer, int head) => ((long)layer * 2 * Heads + head) * HeadBlock;

    /// <summary>Offset of a head's values in a page.</summary>
    public long Values(int layer, int head) => Keys(layer, head) + (long)Heads * HeadBlock;

    /// <summary>Writes one position's keys or values of all heads.</summary>
    /// <param name="source">(heads, head size) float32.</param>
    /// <param name="offset">Of head 0: <see cref="Keys"/> or <see cref="Values"/>.</param>
    /// <param name="slot">Position in the page.</param>
    public unsafe void Store(float* source, ushort* page, long offset, int slot)
    {
        for (var h = 0; h < Heads; h++) HalfBits.FromSingle(source + h * HeadSize, page + offset + (long)h * HeadBlock + slot * HeadSize, HeadSize);
    }
}
