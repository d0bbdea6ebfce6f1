using CoderLsp.Inference.KvCache;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.Tests.KvCache;

/// <summary>The cache without a model: what is written for a position is a hash of all tokens up to it, so every page can be checked.</summary>
static unsafe class HashedTexts
{
    public static readonly KvLayout Layout = new(Layers: 2, Heads: 2, KeySize: 8, ValueSize: 8, KvType.F16);

    public static int[] Text(int first, int length) => [.. Enumerable.Range(first, length)];

    public static void Fill(KvSequence sequence, int[] text)
    {
        sequence.Clear();
        sequence.Extend(text);
        Append(sequence, text);
        Verify(sequence, text);
    }

    /// <summary>Goes on to the end of a text that begins with what the sequence has.</summary>
    public static void Append(KvSequence sequence, ReadOnlySpan<int> text)
    {
        sequence.Reserve(text.Length - sequence.Length);
        for (var i = sequence.Length; i < text.Length; i++) Write(sequence, i, Hash(text[..(i + 1)]));
        sequence.Append(text[sequence.Length..]);
    }

    static float Hash(ReadOnlySpan<int> text)
    {
        var hash = 17;
        foreach (var token in text) hash = unchecked(hash * 31 + token + 1) & 0x3FF; // a half holds it exactly
        return hash;
    }

    static void Write(KvSequence sequence, int position, float value)
    {
        var vectors = stackalloc float[Layout.Heads * Layout.KeySize];
        new Span<float>(vectors, Layout.Heads * Layout.KeySize).Fill(value);
        for (var layer = 0; layer < Layout.Layers; layer++)
        {
            Layout.StoreKeys(vectors, sequence.Pages[position / 32], layer, position % 32);
            Layout.StoreValues(vectors, sequence.Pages[position / 32], layer, position % 32);
        }
    }

    public static void Verify(KvSequence sequence, ReadOnlySpan<int> text)
    {
        sequence.Length.ShouldBe(text.Length);
        var key = stackalloc float[Layout.KeySize];
        for (var i = 0; i < text.Length; i++)
            for (var layer = 0; layer < Layout.Layers; layer++)
            {
                Layout.LoadKey(sequence.Pages[i / 32], layer, 1, i % 32, key);
                if (key[Layout.KeySize - 1] != Hash(text[..(i + 1)])) throw new InvalidOperationException($"position {i} of {text.Length}, layer {layer}");
            }
    }
}
