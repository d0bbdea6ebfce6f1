using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.Attention;

/// <summary>
/// softmax(q·Kᵀ·scale)·V over the positions up to each token's own, in one pass over the pages: scores of a page, running maximum and sum
/// (earlier results are rescaled when the maximum grows), values. Work is shared out by heads of keys and values, and by tiles of the
/// queries that meet them; a page is brought to float once for all queries of a tile.
/// </summary>
public static unsafe class CausalAttention
{
    const int TileQueries = 8;

    /// <param name="queries">Vectors of the layout's key size, rotated.</param>
    /// <param name="queryHeads">A multiple of the layout's heads: grouped queries share keys and values.</param>
    /// <param name="pages">The sequence's pages; those of the batch's own positions are filled already.</param>
    /// <param name="firstPosition">Position of the batch's first token.</param>
    /// <param name="output">Vectors of the layout's value size.</param>
    public static void Run(
        ComputePool pool, KvLayout layout, int layer, HeadRows queries, int queryHeads, byte** pages, int firstPosition, int tokens, HeadRows output,
        float scale)
    {
        var job = new AttentionJob
        {
            Layout = layout, Layer = layer, Queries = queries, Group = queryHeads / layout.Heads, Pages = pages,
            FirstPosition = firstPosition, Tokens = tokens, Output = output, Scale = scale,
            Vectors = InstructionSets.Selected >= InstructionSet.Avx2 && layout.KeySize % 8 == 0 && layout.ValueSize % 8 == 0,
        };
        pool.Run(ref job, layout.Heads * job.Tiles);
    }

    internal struct AttentionJob : IParallelJob
    {
        public KvLayout Layout;
        public int Layer, FirstPosition, Tokens;

        /// <summary>Queries of a token that meet the same keys.</summary>
        public int Group;
        public HeadRows Queries, Output;
        public byte** Pages;
        public float Scale;
        public bool Vectors;

        readonly int QueriesOfHead => Tokens * Group;

        public readonly int Tiles => (QueriesOfHead + TileQueries - 1) / TileQueries;

        public readonly void Execute(int worker, int first, int last)
        {
            for (var item = first; item < last; item++)
            {
                int head = item / Tiles, query = item % Tiles * TileQueries;
                var count = Math.Min(TileQueries, QueriesOfHead - query);
                if (Vectors) TileAvx2(head, query, count);
                else
                    for (var q = query; q < query + count; q++) QueryScalar(head, q);
            }
        }

        // Query q of a head of keys belongs to token q / group.
        readonly float* Query(int head, int query) => Queries[query / Group, head * Group + query % Group];

        readonly float* Result(int head, int query) => Output[query / Group, head * Group + query % Group];

        /// <summary>Positions that a query sees.</summary>
        readonly int Visible(int query) => FirstPosition + query / Group + 1;

        /// <summary>The scalar twin: the formula, in two passes.</summary>
        readonly void QueryScalar(int head, int index)
        {
            var positions = Visible(index);
            float* query = Query(head, index), result = Result(head, index);
            long keys = Layout.Keys(Layer, head), values = Layout.Values(Layer, head);
            var max = float.NegativeInfinity;
            for (var p = 0; p < positions; p++) max = Math.Max(max, Score(query, p, keys));
            new Span<float>(result, Layout.ValueSize).Clear();
            var sum = 0f;
            for (var p = 0; p < positions; p++)
            {
                var weight = MathF.Exp(Score(query, p, keys) - max);
                sum += weight;
                var value = (ushort*)(Pages[p / KvLayout.PageTokens] + values) + p % KvLayout.PageTokens * Layout.ValueStride;
                for (var i = 0; i < Layout.ValueSize; i++) result[i] += weight * HalfBits.ToSingle(value[i]);
            }

            for (var i = 0; i < Layout.ValueSize; i++) result[i] /= sum;
        }

        readonly float Score(float* query, int position, long keys)
        {
            var key = (ushort*)(Pages[position / KvLayout.PageTokens] + keys) + position % KvLayout.PageTokens * Layout.KeySize;
            var dot = 0f;
            for (var i = 0; i < Layout.KeySize; i++) dot += query[i] * HalfBits.ToSingle(key[i]);
            return dot * Scale;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        [SkipLocalsInit]
        readonly void TileAvx2(int head, int first, int count)
        {
            int keySize = Layout.KeySize, valueSize = Layout.ValueSize;
            long keys = Layout.Keys(Layer, head), values = Layout.Values(Layer, head);
            var page = stackalloc float[KvLayout.PageTokens * Math.Max(keySize, valueSize)];
            var weights = stackalloc float[TileQueries * KvLayout.PageTokens];
            var max = stackalloc float[TileQueries];
            var sum = stackalloc float[TileQueries];
            for (var q = 0; q < count; q++)
            {
                max[q] = float.NegativeInfinity;
                sum[q] = 0;
                new Span<float>(Result(head, first + q), valueSize).Clear();
            }

            var positions = Visible(first + count - 1);
            for (var start = 0; start < positions; start += KvLayout.PageTokens)
            {
                var source = Pages[start / KvLayout.PageTokens];
                var inPage = Math.Min(KvLayout.PageTokens, positions - start);
                HalfBits.ToSingle((ushort*)(source + keys), page, inPage * keySize);
                for (var q = 0; q < count; q++)
                {
                    var visible = Math.Min(inPage, Visible(first + q) - start);
                    if (visible <= 0) continue;
                    var w = weights + q * KvLayout.PageTokens;
                    var grown = Math.Max(max[q], Scores(Query(head, first + q), page, w, visible, keySize));
                    var shrink = MathF.Exp(max[q] - grown); // 0 on the first page
                    if (shrink != 1) Multiply(Result(head, first + q), shrink, valueSize);
                    max[q] = grown;
                    sum[q] = sum[q] * shrink + Exponentials(w, visible, grown);
                }

                if (!Layout.ValuesInKeys) HalfBits.ToSingle((ushort*)(source + values), page, inPage * valueSize);
                for (var q = 0; q < count; q++)
                    AddWeighted(
                        Result(head, first + q), weights + q * KvLayout.PageTokens, page, Math.Min(inPage, Visible(first + q) - start),
                        valueSize, Layout.ValueStride);
            }

            for (var q = 0; q < count; q++) Multiply(Result(head, first + q), 1 / sum[q], valueSize);
        }

        /// <summary>Writes the scores of the page's first positions and returns the largest.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly float Scores(float* query, float* page, float* scores, int positions, int size)
        {
            var max = float.NegativeInfinity;
            for (var p = 0; p < positions; p++, page += size)
            {
                Vector256<float> a = default, b = default;
                var i = 0;
                for (; i <= size - 16; i += 16)
                {
                    a = Fma.MultiplyAdd(Vector256.Load(query + i), Vector256.Load(page + i), a);
                    b = Fma.MultiplyAdd(Vector256.Load(query + i + 8), Vector256.Load(page + i + 8), b);
                }

                if (i < size) a = Fma.MultiplyAdd(Vector256.Load(query + i), Vector256.Load(page + i), a);
                scores[p] = Blocks.Vectors.Sum(a + b) * Scale;
                max = Math.Max(max, scores[p]);
            }

            return max;
        }

        /// <summary>Turns scores s into e^(s − max); returns their sum.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static float Exponentials(float* scores, int count, float max)
        {
            var sum = 0f;
            for (var i = 0; i < count; i += 8)
            {
                // The page's scratch has 32 places whatever the count: the last vector may hold leftovers, which are not summed.
                Vector256.Exp(Vector256.Load(scores + i) - Vector256.Create(max)).Store(scores + i);
                for (var j = i; j < Math.Min(count, i + 8); j++) sum += scores[j];
            }

            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void Multiply(float* x, float factor, int length)
        {
            for (var i = 0; i < length; i += 8) (Vector256.Load(x + i) * factor).Store(x + i);
        }

        /// <summary>result += Σ weight[p] · page[p], the rows of the page <paramref name="stride"/> apart.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void AddWeighted(float* result, float* weights, float* page, int positions, int size, int stride)
        {
            for (var i = 0; i < size; i += 8)
            {
                var sum = Vector256.Load(result + i);
                for (var p = 0; p < positions; p++)
                    sum = Fma.MultiplyAdd(Vector256.Create(weights[p]), Vector256.Load(page + p * stride + i), sum);
                sum.Store(result + i);
            }
        }
    }
}
