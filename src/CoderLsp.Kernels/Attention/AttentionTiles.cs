using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoderLsp.Kernels.Attention;

/// <summary>
/// Items are tiles of a head's queries, each in parts of the pages that it sees. Whoever finishes the last part of a tile puts them together, so that
/// threads need not wait for each other in between.
/// </summary>
unsafe struct AttentionTiles<TPages>(AttentionWork work) : IParallelJob where TPages : unmanaged, IPageKernel
{
    /// <summary>Queries that meet a page while it is in the first cache.</summary>
    const int TileQueries = 16;

    readonly AttentionWork _work = work;

    /// <summary>Parts of a tile.</summary>
    public int Parts = 1;

    /// <summary>The last one has the rest.</summary>
    public int PagesOfPart;

    /// <summary>(tiles, parts, <see cref="PartialLength"/>), where there are several parts.</summary>
    public float* Partials;

    /// <summary>(tiles) parts that are finished.</summary>
    public int* Finished;

    public readonly int TilesOfHead => (_work.QueriesOfHead + TileQueries - 1) / TileQueries;

    /// <summary>Floats of what there is of a tile before it is divided: each query's maximum, its sum, its result.</summary>
    public readonly int PartialLength => TileQueries * (2 + _work.Layout.ResultStride);

    public readonly void Execute(int worker, int first, int last)
    {
        for (var item = first; item < last; item++)
        {
            int tile = item / Parts, head = tile / TilesOfHead, query = tile % TilesOfHead * TileQueries;
            var count = Math.Min(TileQueries, _work.QueriesOfHead - query);
            if (Parts == 1) Whole(head, query, count);
            else
            {
                var partials = Partials + (long)tile * Parts * PartialLength;
                Attend(head, query, count, item % Parts, partials + item % Parts * PartialLength);
                if (Interlocked.Increment(ref Finished[tile]) < Parts) continue;
                Finished[tile] = 0;
                for (var part = 1; part < Parts; part++) Merge(partials, partials + part * PartialLength, count);
                Finish(head, query, count, partials);
            }
        }
    }

    [SkipLocalsInit]
    readonly void Whole(int head, int query, int count)
    {
        var result = stackalloc float[PartialLength];
        Attend(head, query, count, 0, result);
        Finish(head, query, count, result);
    }

    /// <summary>A part of the pages for a tile.</summary>
    /// <param name="partial">(<see cref="PartialLength"/>).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    readonly void Attend(int head, int query, int count, int part, float* partial)
    {
        float* max = partial, sum = max + TileQueries, results = sum + TileQueries;
        new Span<float>(max, TileQueries).Fill(float.NegativeInfinity);
        new Span<float>(sum, PartialLength - TileQueries).Clear();
        int queryBytes = TPages.QueryBytes(_work.Layout), stride = _work.Layout.ResultStride;
        var queries = stackalloc byte[count * queryBytes];
        for (var q = 0; q < count; q++) TPages.Prepare(_work.Layout, _work.Query(head, query + q), _work.Scale, queries + q * queryBytes);
        var weights = stackalloc float[TileQueries * KvLayout.PageTokens];
        var scratch = stackalloc byte[TPages.ScratchBytes(_work.Layout)];
        long keys = _work.Layout.Keys(_work.Layer, head), values = _work.Layout.Values(_work.Layer, head);

        var pages = (_work.Visible(query + count - 1) + KvLayout.PageTokens - 1) / KvLayout.PageTokens;
        var end = Math.Min(pages, PagesOfPart * (part + 1));
        for (var p = PagesOfPart * part; p < end; p++)
        {
            var page = _work.Pages[p];
            var ahead = p + 1 < end ? (nint)(_work.Pages[p + 1] - page) : 0;
            var start = p * KvLayout.PageTokens;
            var first = Math.Max(0, (start - _work.FirstPosition) * _work.Group - query); // the first query that sees the page
            TPages.Scores(_work.Layout, page + keys, ahead, queries + first * queryBytes, count - first, weights, scratch);
            for (var q = first; q < count; q++)
                Weigh(weights + (q - first) * KvLayout.PageTokens, _work.Visible(query + q) - start, ref max[q], ref sum[q], results + q * stride, stride);
            TPages.AddValues(_work.Layout, page + values, ahead, weights, count - first, results + first * stride, scratch);
        }
    }

    /// <summary>Turns a query's scores s of a page into e^(s − maximum), 0 where it does not see the position, and brings up to date what it has so far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Weigh(float* scores, int visible, ref float max, ref float sum, float* result, int size)
    {
        for (var i = Math.Max(visible, 0); i < KvLayout.PageTokens; i++) scores[i] = float.NegativeInfinity;
        Vector256<float> a = Vector256.Load(scores), b = Vector256.Load(scores + 8), c = Vector256.Load(scores + 16), d = Vector256.Load(scores + 24);
        var largest = Vector256.MaxNative(Vector256.MaxNative(a, b), Vector256.MaxNative(c, d));
        var four = Vector128.Max(largest.GetLower(), largest.GetUpper());
        var grown = Math.Max(max, Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3])));
        if (grown != max)
        {
            var shrink = MathF.Exp(max - grown); // 0 on the first page
            sum *= shrink;
            for (var i = 0; i < size; i += 8) (Vector256.Load(result + i) * shrink).Store(result + i);
            max = grown;
        }

        var by = Vector256.Create(grown);
        (a, b, c, d) = (Vector256.Exp(a - by), Vector256.Exp(b - by), Vector256.Exp(c - by), Vector256.Exp(d - by));
        a.Store(scores);
        b.Store(scores + 8);
        c.Store(scores + 16);
        d.Store(scores + 24);
        sum += Vector256.Sum(a + b + (c + d));
    }

    /// <summary>Adds one part of a tile to another.</summary>
    readonly void Merge(float* partial, float* other, int count)
    {
        var stride = _work.Layout.ResultStride;
        for (var q = 0; q < count; q++)
        {
            float* sum = partial + TileQueries + q, otherSum = other + TileQueries + q;
            if (*otherSum == 0) continue; // it saw none of these pages
            var max = Math.Max(partial[q], other[q]);
            float factor = MathF.Exp(partial[q] - max), otherFactor = MathF.Exp(other[q] - max);
            *sum = *sum * factor + *otherSum * otherFactor;
            partial[q] = max;
            float* result = partial + 2 * TileQueries + q * stride, added = other + 2 * TileQueries + q * stride;
            for (var i = 0; i < stride; i += 8)
                (Vector256.Load(result + i) * factor + Vector256.Load(added + i) * otherFactor).Store(result + i);
        }
    }

    readonly void Finish(int head, int query, int count, float* partial)
    {
        var stride = _work.Layout.ResultStride;
        for (var q = 0; q < count; q++)
        {
            float* result = partial + 2 * TileQueries + q * stride, target = _work.Result(head, query + q);
            var factor = 1 / partial[TileQueries + q];
            var i = 0;
            for (; i <= _work.Layout.ValueSize - 8; i += 8) (Vector256.Load(result + i) * factor).Store(target + i);
            for (; i < _work.Layout.ValueSize; i++) target[i] = result[i] * factor;
        }
    }
}
