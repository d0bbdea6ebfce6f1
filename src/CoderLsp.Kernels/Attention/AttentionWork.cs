namespace CoderLsp.Kernels.Attention;

/// <summary>What one call of <see cref="CausalAttention"/> is about. The queries of a head of keys are numbered: query q belongs to token q / group.</summary>
unsafe struct AttentionWork
{
    public KvLayout Layout;
    public int Layer, FirstPosition, Tokens;

    /// <summary>Queries of a token that meet the same keys.</summary>
    public int Group;
    public HeadRows Queries, Output;
    public byte** Pages;
    public float Scale;

    public readonly int QueriesOfHead => Tokens * Group;

    public readonly float* Query(int head, int query) => Queries[query / Group, head * Group + query % Group];

    public readonly float* Result(int head, int query) => Output[query / Group, head * Group + query % Group];

    /// <summary>Positions that a query sees.</summary>
    public readonly int Visible(int query) => FirstPosition + query / Group + 1;
}
