namespace CoderLsp.Inference.Synthetic;

/// <summary>The sizes of a model of the <c>llama</c> architecture, or of <c>deepseek2</c> where it has latent attention and experts.</summary>
/// <param name="Width">Values of a token's state (<c>embedding_length</c>).</param>
/// <param name="KvHeads">Heads of keys and values; a divisor of <paramref name="Heads"/>.</param>
/// <param name="FeedForward">Values between the matrices of a dense feed-forward block.</param>
/// <param name="WordTokens">Tokens of bytes and merges; DeepSeek-Coder's 22 added ones follow.</param>
/// <param name="Vocabulary">All tokens, padding included.</param>
/// <param name="Deepseek2">What the <c>deepseek2</c> architecture has beyond that; null for <c>llama</c>.</param>
public sealed record SyntheticShape(
    string Name, int Layers, int Width, int Heads, int KvHeads, int FeedForward, int WordTokens, int Vocabulary, Deepseek2Sizes? Deepseek2 = null)
{
    const int CoderWords = 32000, CoderVocabulary = 32256;

    public static IReadOnlyList<SyntheticShape> All { get; } =
    [
        new("tiny", Layers: 2, Width: 256, Heads: 4, KvHeads: 2, FeedForward: 704, WordTokens: 512, Vocabulary: 544),
        new("deepseek-coder-1.3b", Layers: 24, Width: 2048, Heads: 16, KvHeads: 16, FeedForward: 5504, CoderWords, CoderVocabulary),
        new("deepseek-coder-6.7b", Layers: 32, Width: 4096, Heads: 32, KvHeads: 32, FeedForward: 11008, CoderWords, CoderVocabulary),
        new("deepseek-coder-v2-lite", Layers: 27, Width: 2048, Heads: 16, KvHeads: 16, FeedForward: 10944, WordTokens: 100_000, Vocabulary: 102_400,
            new(Rank: 512, PlainSize: 128, RotatedSize: 64, ValueSize: 128, Experts: 64, UsedExperts: 6, SharedExperts: 2, ExpertFeedForward: 1408)),
    ];

    public int HeadSize => Deepseek2 is { } sizes ? sizes.PlainSize + sizes.RotatedSize : Width / Heads;

    /// <summary>The shape of this name, or null.</summary>
    public static SyntheticShape? Find(string name) =>
        All.FirstOrDefault(shape => shape.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The same with other layers: what costs a layer, in a file that is made and loaded sooner.</summary>
    /// <param name="layers">1 to <see cref="Layers"/>.</param>
    public SyntheticShape WithLayers(int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, Layers);
        return layers == Layers ? this : this with { Name = $"{Name}-{layers}-layers", Layers = layers, Deepseek2 = Deepseek2?.WithQueryRank(layers) };
    }
}

/// <summary>The sizes of latent attention and of experts. The first layer is dense.</summary>
/// <param name="Rank">Values of the latent, of which keys and values come.</param>
/// <param name="PlainSize">Values of a head's queries and keys that are not rotated.</param>
/// <param name="RotatedSize">Values that are.</param>
/// <param name="ValueSize">Values of a head's values.</param>
/// <param name="ExpertFeedForward">Values between an expert's matrices.</param>
/// <param name="QueryRank">Values of which queries come; null where they come from the state.</param>
public sealed record Deepseek2Sizes(
    int Rank, int PlainSize, int RotatedSize, int ValueSize, int Experts, int UsedExperts, int SharedExperts, int ExpertFeedForward, int? QueryRank = null)
{
    // llama.cpp and ik_llama.cpp know by 26 or 27 layers that queries have no rank, and want one of any other file. With this one, V2-Lite's
    // two matrices have 4% more weights than its single one.
    const int StandInRank = 1280;

    internal Deepseek2Sizes WithQueryRank(int layers) => layers is 26 or 27 ? this : this with { QueryRank = StandInRank };
}
