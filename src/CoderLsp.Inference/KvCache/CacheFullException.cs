namespace CoderLsp.Inference.KvCache;

/// <summary>The pages of the KV cache are all in use by requests.</summary>
public sealed class CacheFullException(long bytes)
    : Exception($"The KV cache of {bytes / 1e6:0} MB is full of what is in use by requests at this moment; a larger one helps (cache.maxMegabytes).");
