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

    /// <summary>Bytes of one layer in a page.</summary>
    public long LayerBytes => Heads * (KeysBytes + (ValuesInKeys ? 0 : ValuesBytes));

    public long PageBytes => Layers * LayerBytes;

    /// <summary>Bytes of a page's keys, or values, of one head.</summary>
    long KeysBytes => (long)PageTokens * KeySize * sizeof(ushort);

    long ValuesBytes => (long)PageTokens * ValueSize * sizeof(ushort);

    /// <summary>From one position's value to the next one's.</summary>
    public int ValueStride => ValuesInKeys ? KeySize : ValueSize;

    /// <summary>Byte of a page where a head's keys begin.</summary>
    public long Keys(int layer, int head) => layer * LayerBytes + head * KeysBytes;

    /// <summary>Byte of a page where a head's values begin.</summary>
    public long Values(int layer, int head) => ValuesInKeys ? Keys(layer, head) : Keys(layer, Heads) + head * ValuesBytes;

    /// <summary>Copies the first positions of a page into another one.</summary>
    public unsafe void CopyFirst(int positions, byte* source, byte* target)
    {
        for (var layer = 0; layer < Layers; layer++)
            for (var h = 0; h < Heads; h++)
            {
                Copy(Keys(layer, h), KeySize);
                if (!ValuesInKeys) Copy(Values(layer, h), ValueSize);
            }

        void Copy(long at, int size)
        {
            var bytes = (long)positions * size * sizeof(ushort);
            Buffer.MemoryCopy(source + at, target + at, bytes, bytes);
        }
    }

    /// <summary>Writes one position's keys of all heads.</summary>
    /// <param name="source">(heads, key size) float32.</param>
    /// <param name="slot">Position in the page.</param>
    public unsafe void StoreKeys(float* source, byte* page, int layer, int slot)
    {
        for (var h = 0; h < Heads; h++) HalfBits.FromSingle(source + h * KeySize, (ushort*)(page + Keys(layer, h)) + (long)slot * KeySize, KeySize);
    }

    /// <summary>Reads one position's key of a head.</summary>
    /// <param name="target">(key size).</param>
    public unsafe void LoadKey(byte* page, int layer, int head, int slot, float* target) =>
        HalfBits.ToSingle((ushort*)(page + Keys(layer, head)) + (long)slot * KeySize, target, KeySize);

    /// <summary>Writes one position's values of all heads; not for a layout whose values are in the keys.</summary>
    /// <param name="source">(heads, value size) float32.</param>
    /// <param name="slot">Position in the page.</param>
    public unsafe void StoreValues(float* source, byte* page, int layer, int slot)
    {
        for (var h = 0; h < Heads; h++) HalfBits.FromSingle(source + h * ValueSize, (ushort*)(page + Values(layer, h)) + (long)slot * ValueSize, ValueSize);
    }
}
