using CoderLsp.Kernels.Elementwise;

namespace CoderLsp.Inference.Models;

/// <summary>The sizes of a transformer of the llama kind, as its file gives them.</summary>
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
    public required int HeadSize { get; init; }
    public required int FeedForward { get; init; }

    /// <summary>Rows of the embedding.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Largest position that the model was trained for.</summary>
    public required int ContextLength { get; init; }
    public required float RmsEpsilon { get; init; }
    public required int RopeDimensions { get; init; }
    public required float RopeBase { get; init; }

    /// <summary>Linear scaling: positions are divided by it.</summary>
    public required float RopeFactor { get; init; }
    public required RopePairing RopePairing { get; init; }

    /// <summary>Whether each head of queries and of keys is normalised before it is rotated.</summary>
    public required bool NormalisesHeads { get; init; }
}
