namespace CoderLsp.Inference.Synthetic;

/// <summary>The sizes of a model of the <c>llama</c> architecture.</summary>
/// <param name="Width">Values of a token's state (<c>embedding_length</c>).</param>
/// <param name="KvHeads">Heads of keys and values; a divisor of <paramref name="Heads"/>.</param>
/// <param name="WordTokens">Tokens of bytes and merges; DeepSeek-Coder's 22 added ones follow.</param>
/// <param name="Vocabulary">All tokens, padding included.</param>
public sealed record SyntheticShape(
    string Name, int Layers, int Width, int Heads, int KvHeads, int FeedForward, int WordTokens, int Vocabulary)
{
    const int CoderWords = 32000, CoderVocabulary = 32256;

    public static IReadOnlyList<SyntheticShape> All { get; } =
    [
        new("tiny", Layers: 2, Width: 256, Heads: 4, KvHeads: 2, FeedForward: 704, WordTokens: 512, Vocabulary: 544),
        new("deepseek-coder-1.3b", Layers: 24, Width: 2048, Heads: 16, KvHeads: 16, FeedForward: 5504, CoderWords, CoderVocabulary),
        new("deepseek-coder-6.7b", Layers: 32, Width: 4096, Heads: 32, KvHeads: 32, FeedForward: 11008, CoderWords, CoderVocabulary),
    ];

    public int HeadSize => Width / Heads;

    /// <summary>The shape of this name, or null.</summary>
    public static SyntheticShape? Find(string name) =>
        All.FirstOrDefault(shape => shape.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
