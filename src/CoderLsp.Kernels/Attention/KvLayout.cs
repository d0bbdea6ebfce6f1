using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.Attention;

/// <summary>
/// Where keys and values lie. A page holds <see cref="PageTokens"/> positions of all layers:
/// <code>[layer][head][keys | values]</code>
/// so that one head reads a page's keys and values in one run. In half precision both are <c>[position][dimension]</c>, as int8 they are
/// <see cref="Int8Block"/>s, one for 32 dimensions.
/// </summary>
/// <param name="Heads">Heads of keys and values.</param>
/// <param name="KeySize">Values of a key.</param>
/// <param name="ValueSize">Values of a value.</param>
/// <param name="ValuesInKeys">Whether a value is the first part of its key and not stored beside it (latent attention); in half precision only.</param>
public readonly record struct KvLayout(int Layers, int Heads, int KeySize, int ValueSize, KvType Type, bool ValuesInKeys = false)
{
    /// <summary>Positions of a page.</summary>
    public const int PageTokens = 32;

    public long PageBytes => (long)Layers * Heads * HeadBytes;

    public long BytesPerToken => PageBytes / PageTokens;

    /// <summary>Halves from one position's value to the next one's, in half precision.</summary>
    public int ValueStride => ValuesInKeys ? KeySize : ValueSize;

    /// <summary>Floats from one query's result to the next one's while it grows: whole blocks.</summary>
    internal int ResultStride => Int8Block.Count(ValueSize) * Int8Block.Side;

    /// <summary>Bytes of one head of one layer in a page.</summary>
    long HeadBytes => PartBytes(KeySize) + (ValuesInKeys ? 0 : PartBytes(ValueSize));

    /// <summary>Byte of a page where a head's keys begin.</summary>
    public long Keys(int layer, int head) => ((long)layer * Heads + head) * HeadBytes;

    /// <summary>Byte of a page where a head's values begin.</summary>
    public long Values(int layer, int head) => Keys(layer, head) + (ValuesInKeys ? 0 : PartBytes(KeySize));

    /// <summary>Writes one position's keys of all heads.</summary>
    /// <param name="source">(heads, key size) float32.</param>
    /// <param name="slot">Position in the page.</param>
    public unsafe void StoreKeys(float* source, byte* page, int layer, int slot)
    {
        for (var h = 0; h < Heads; h++, source += KeySize)
            if (Type == KvType.Q8) Int8Block.StoreKey(source, KeySize, page + Keys(layer, h), slot);
            else HalfBits.FromSingle(source, (ushort*)(page + Keys(layer, h)) + slot * KeySize, KeySize);
    }

    /// <summary>Writes one position's values of all heads; not for a layout whose values are in the keys.</summary>
    /// <param name="source">(heads, value size) float32.</param>
    /// <param name="slot">Position in the page.</param>
    public unsafe void StoreValues(float* source, byte* page, int layer, int slot)
    {
        for (var h = 0; h < Heads; h++, source += ValueSize)
            if (Type == KvType.Q8) Int8Block.StoreValue(source, ValueSize, page + Values(layer, h), slot);
            else HalfBits.FromSingle(source, (ushort*)(page + Values(layer, h)) + slot * ValueSize, ValueSize);
    }

    /// <summary>Reads one position's key of a head; in half precision only.</summary>
    /// <param name="target">(key size).</param>
    public unsafe void LoadKey(byte* page, int layer, int head, int slot, float* target) =>
        HalfBits.ToSingle((ushort*)(page + Keys(layer, head)) + slot * KeySize, target, KeySize);

    /// <summary>Value <paramref name="i"/> of a key of the head whose keys begin at <paramref name="keys"/>.</summary>
    internal unsafe float Key(byte* keys, int slot, int i) =>
        Type == KvType.Q8 ? Int8Block.Key(keys, slot, i) : HalfBits.ToSingle(((ushort*)keys)[slot * KeySize + i]);

    /// <summary>Value <paramref name="i"/> of a value of the head whose values begin at <paramref name="values"/>.</summary>
    internal unsafe float Value(byte* values, int slot, int i) =>
        Type == KvType.Q8 ? Int8Block.Value(values, slot, i) : HalfBits.ToSingle(((ushort*)values)[slot * ValueStride + i]);

    long PartBytes(int size) => Type == KvType.Q8 ? (long)Int8Block.Count(size) * Int8Block.Bytes : (long)PageTokens * size * sizeof(ushort);
}
