namespace CoderLsp.Kernels.Attention;

/// <summary>
/// softmax(q·Kᵀ·scale)·V over the positions up to each token's own, in one pass over the pages: scores of a page, running maximum and sum
/// (earlier results are rescaled when the maximum grows), values. One caller at a time.
/// </summary>
public sealed unsafe class CausalAttention(ComputePool pool) : IDisposable
{
    // So many pieces a thread let all end at about the same time.
    const int PiecesPerThread = 4;

    // Fewer pages are not worth a part of their own: 256 positions of a head of 128 are read in some 4 µs.
    const int LeastPagesOfPart = 8;

    readonly NativeBuffer<float> _partials = new();
    readonly NativeBuffer<int> _finished = new(); // zero between the calls

    /// <param name="queries">Vectors of the layout's key size, rotated.</param>
    /// <param name="queryHeads">A multiple of the layout's heads: grouped queries share keys and values.</param>
    /// <param name="pages">The sequence's pages; those of the batch's own positions are filled already.</param>
    /// <param name="firstPosition">Position of the batch's first token.</param>
    /// <param name="output">Vectors of the layout's value size.</param>
    public void Run(
        KvLayout layout, int layer, HeadRows queries, int queryHeads, byte** pages, int firstPosition, int tokens, HeadRows output, float scale) =>
        Run(InstructionSets.Selected, layout, layer, queries, queryHeads, pages, firstPosition, tokens, output, scale);

    internal void Run(
        InstructionSet set, KvLayout layout, int layer, HeadRows queries, int queryHeads, byte** pages, int firstPosition, int tokens, HeadRows output,
        float scale)
    {
        var work = new AttentionWork
        {
            Layout = layout, Layer = layer, Queries = queries, Group = queryHeads / layout.Heads, Pages = pages,
            FirstPosition = firstPosition, Tokens = tokens, Output = output, Scale = scale,
        };
        if (set == InstructionSet.Scalar || (layout.Type == KvType.F16 && (layout.KeySize % 8 != 0 || layout.ValueSize % 8 != 0)))
        {
            var formula = new AttentionFormula(work);
            pool.Run(ref formula, layout.Heads * work.QueriesOfHead);
        }
        else if (layout.Type == KvType.Q8) RunTiles<Int8Pages>(work);
        else RunTiles<HalfPages>(work);
    }

    /// <summary>Work is shared out by heads of keys and values, by tiles of the queries that meet them, and where these are few by parts of the pages.</summary>
    void RunTiles<TPages>(in AttentionWork work) where TPages : unmanaged, IPageKernel
    {
        var job = new AttentionTiles<TPages>(work);
        var tiles = work.Layout.Heads * job.TilesOfHead;
        var pages = (work.FirstPosition + work.Tokens + KvLayout.PageTokens - 1) / KvLayout.PageTokens;
        job.PagesOfPart = PagesOfPart(work, tiles, pages);
        job.Parts = (pages + job.PagesOfPart - 1) / job.PagesOfPart;
        if (job.Parts > 1)
        {
            _partials.EnsureLength((long)tiles * job.Parts * job.PartialLength);
            _finished.EnsureLength(tiles);
            job.Partials = _partials.Data;
            job.Finished = _finished.Data;
        }

        pool.Run(ref job, tiles * job.Parts);
    }

    int PagesOfPart(in AttentionWork work, int tiles, int pages)
    {
        var wanted = PiecesPerThread * pool.ThreadCount;
        // Of few tokens not by their number, nor by how many pages there are: each token's results have the same bits in any such batch.
        if (work.Tokens <= MatMul.MatMul.FewTokensLimit)
            return pool.ThreadCount == 1 || work.Layout.Heads >= wanted ? pages : LeastPagesOfPart;
        var parts = pool.ThreadCount == 1 ? 1 : Math.Max(1, Math.Min((wanted + tiles - 1) / tiles, pages / LeastPagesOfPart));
        return (pages + parts - 1) / parts;
    }

    public void Dispose()
    {
        _partials.Dispose();
        _finished.Dispose();
    }
}
