using CoderLsp.Inference.Scheduling;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.Generation;

/// <summary>How an engine is opened.</summary>
public sealed record EngineOptions
{
    /// <summary>Compute threads; null for <see cref="DefaultThreads"/>.</summary>
    public int? Threads { get; init; }

    /// <summary>One a core, at most 8: more share the same memory's bandwidth (docs/performance.md).</summary>
    public static int DefaultThreads(int cores) => Math.Min(cores, 8);

    /// <summary>Largest prompt and continuation together; null for the model's window.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>
    /// Memory for keys and values, at most. A request needs a page for each 32 of its tokens, so it is at least what
    /// <see cref="ContextTokens"/> take.
    /// </summary>
    public long CacheBytes { get; init; } = 2_000_000_000;

    /// <summary>How keys and values are kept; latent attention keeps its latents in half precision always (docs/decisions/0008).</summary>
    public KvType CacheType { get; init; } = KvType.Q8;

    /// <summary>Whether tokens that are likely to follow are computed together with the one before them. It changes no result.</summary>
    public bool Speculates { get; init; } = true;

    /// <summary>
    /// The thread that computes, which several engines may share: then work of one interrupts that of another, in place of running beside it
    /// on the same cores. It must outlive them. Null: one of the engine's own.
    /// </summary>
    public ModelWorker? Worker { get; init; }

    /// <summary>Takes sentences about odd things in the model file that do not stop it from working.</summary>
    public Action<string>? Warn { get; init; }
}
