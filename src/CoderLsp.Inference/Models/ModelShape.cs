using CoderLsp.Kernels.Elementwise;

namespace CoderLsp.Inference.Models;

/// <summary>The sizes of a transformer, as its file gives them.</summary>
public sealed record ModelShape
{
    /// <summary><c>general.architecture</c>.</summary>
    public required string Architecture { get; init; }
    public required int LayerCount { get; init; }

    /// <summary>Values of the residual stream.</summary>
    public required int Width { get; init; }
    public required int HeadCount { get; init; }

    /// <summary>Heads of keys and values; divides <see cref="HeadCount"/>.</summary>
    public required int KvHeadCount { get; init; }

    /// <summary>Values of a head of queries and keys.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Values between the matrices of a feed-forward block; of the dense ones where there are experts.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Rows of the embedding.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Largest position that the model was trained for.</summary>
    public required int ContextLength { get; init; }
    public required float NormEpsilon { get; init; }

    /// <summary>Whether states are normalised to mean 0 with a bias (LayerNorm), and not by their root mean square alone.</summary>
    public bool CentredNorms { get; init; }

    /// <summary>Whether each head of queries and of keys is normalised before it is rotated.</summary>
    public bool NormalisesHeads { get; init; }

    /// <summary>Whether feed-forward blocks are gelu(Wup·x) without a gate.</summary>
    public bool HasPlainFeedForward { get; init; }
    public required RopeShape Rope { get; init; }

    /// <summary>Latent attention; null for keys and values as they are.</summary>
    public LatentShape? Latent { get; init; }

    /// <summary>Experts; null for dense feed-forward blocks only.</summary>
    public ExpertShape? Experts { get; init; }

    /// <summary>
    /// Whether attention and dense blocks meet activations of some 15 bits, not 8: where a router chooses between two experts that are
    /// nearly as good, a small rounding before it becomes another result (docs/decisions/0005).
    /// </summary>
    public bool RoundsFinely => Experts is not null;

    /// <summary>
    /// Tokens of a prompt that go through the layers together: enough to pay for unpacking the weights, few enough to cancel soon.
    /// More where a token uses few of many experts: each expert's weights are unpacked for its own tokens only.
    /// </summary>
    public static int PromptChunk(bool hasExperts) => hasExperts ? 256 : 128;
}

/// <summary>Rotary positions.</summary>
/// <param name="Dimensions">Values of a head that are rotated.</param>
/// <param name="Factor">Positions are divided by it, all (linear scaling) or the slow ones (<paramref name="Yarn"/>).</param>
/// <param name="Yarn">YaRN scaling; null for linear.</param>
public sealed record RopeShape(RopePairing Pairing, int Dimensions, float Base, float Factor, YarnShape? Yarn);

/// <summary>YaRN (arXiv 2309.00071): fast pairs keep their frequency, slow ones are interpolated, with a ramp between.</summary>
/// <param name="OriginalContext">Positions of the training before the scaling.</param>
/// <param name="Magnitude">What cosines and sines are multiplied with.</param>
public sealed record YarnShape(int OriginalContext, float Magnitude);

/// <summary>
/// Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): keys and values of all heads come from one short vector, the latent, and
/// one rotated part of the keys is common to all heads. The cache holds these two.
/// </summary>
/// <param name="QueryRank">Values that queries come from; null where they come from the state.</param>
/// <param name="Rank">Values of the latent.</param>
/// <param name="PlainSize">Values of a head's queries and keys that are not rotated.</param>
/// <param name="RotatedSize">Values that are.</param>
/// <param name="ValueSize">Values of a head's values.</param>
/// <param name="ScoreScale">What q·k is multiplied with.</param>
public sealed record LatentShape(int? QueryRank, int Rank, int PlainSize, int RotatedSize, int ValueSize, float ScoreScale)
{
    /// <summary>Most positions whose keys and values are computed in full, which bounds their memory; beyond, queries are absorbed.</summary>
    public const int MostPositionsInFull = 8192;

    /// <summary>Positions whose keys and values in full are computed together.</summary>
    public const int PositionsAtOnce = 512;
}

/// <summary>Feed-forward blocks of which a token uses some.</summary>
/// <param name="Count">Experts of a layer.</param>
/// <param name="Used">How many a token uses.</param>
/// <param name="FeedForward">Values between an expert's matrices.</param>
/// <param name="Shared">Values between the matrices of the block that all tokens use; 0 for none.</param>
/// <param name="DenseLayers">Layers at the beginning that have a dense block instead.</param>
/// <param name="Scale">What the weights of the used experts are multiplied with.</param>
/// <param name="NormalisesWeights">Whether the weights of the used experts are made to sum to 1 before.</param>
/// <param name="IsSigmoid">Whether an expert's weight is the sigmoid of its logit, and not the softmax over all.</param>
/// <param name="Groups">Groups of experts, the best of which alone are considered; 1 for no grouping.</param>
/// <param name="UsedGroups">How many are considered.</param>
public sealed record ExpertShape(
    int Count, int Used, int FeedForward, int Shared, int DenseLayers, float Scale, bool NormalisesWeights, bool IsSigmoid, int Groups, int UsedGroups);
