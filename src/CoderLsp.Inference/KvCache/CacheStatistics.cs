namespace CoderLsp.Inference.KvCache;

/// <param name="Bytes">Memory that keys and values have taken so far.</param>
/// <param name="MostBytes">What they may take.</param>
/// <param name="AddedTokens">Tokens whose keys and values were computed and kept.</param>
/// <param name="EvictedTokens">Tokens whose keys and values had to go for others.</param>
public readonly record struct CacheStatistics(long Bytes, long MostBytes, long AddedTokens, long EvictedTokens);
