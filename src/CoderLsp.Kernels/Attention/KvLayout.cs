using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.Attention;

/// <summary>
/// Where keys and values lie. A page holds <see cref="PageTokens"/> positions of all layers, in half precision:
/// <code>[layer][keys of all heads | values of all heads][head][position in the page][dimension]</code>
/// so that one head reads a page's keys, and then its values, in one run.
/// </summary>
/// <param name="Heads">Heads of keys and values.</param>
/// <param name="KeySize">Values of a key.</param>
/// <param name="ValueSize">Values of a value.</param>
/// <param name="ValuesInKeys">Whether a value is the first part of its key and not stored beside it (latent attention).</param>
public readonly record struct KvLayout(int Layers, int Heads, int KeySize, int ValueSize, bool ValuesInKeys = false)
{
    /// <summary>Positions of a page.</summary>
    public const int PageTokens = 32;

    /// <summary>Halves of one layer in a page.</summary>
    public long LayerLength => (long)PageTokens * Heads * (KeySize + (ValuesInKeys ? 0 : ValueSize));

    /// <summary>Halves in a page.</summary>
    public long PageLength => Layers * LayerLength;

    /// <summary>Bytes that a position takes.</summary>
    public long BytesPerToken => PageLength / PageTokens * sizeof(ushort);

    /// <summary>From one position's value to the next one's.</summary>
    public int ValueStride => ValuesInKeys ? KeySize : ValueSize;

    /// <summary>Offset of a head's keys in a page.</summary>
    public long Keys(int layer, int head) => layer * LayerLength + (long)head * PageTokens * KeySize;

    /// <summary>Offset of a head's values in a page.</summary>
    public long Values(int layer, int head) => ValuesInKeys ? Keys(layer, head) : Keys(layer, Heads) + (long)head * PageTokens * ValueSize;

    /// <summary>Writes one position's keys of all heads.</summary>
    /// <param name="source">(heads, key size) float32.</param>
    /// <param name="slot">Position in the page.</param>
    public unsafe void StoreKeys(float* source, ushort* page, int layer, int slot)
    {
        for (var h = 0; h < Heads; h++) HalfBits.FromSingle(source + h * KeySize, page + Keys(layer, h) + (long)slot * KeySize, KeySize);
    }

    /// <summary>Reads one position's key of a head.</summary>
    /// <param name="target">(key size).</param>
    public unsafe void LoadKey(ushort* page, int layer, int head, int slot, float* target) =>
        HalfBits.ToSingle(page + Keys(layer, head) + (long)slot * KeySize, target, KeySize);

    /// <summary>Writes one position's values of all heads; not for a layout whose values are in the keys.</summary>
    /// <param name="source">(heads, value size) float32.</param>
    /// <param name="slot">Position in the page.</param>
    public unsafe void StoreValues(float* source, ushort* page, int layer, int slot)
    {
        for (var h = 0; h < Heads; h++) HalfBits.FromSingle(source + h * ValueSize, page + Values(layer, h) + (long)slot * ValueSize, ValueSize);
    }
}
