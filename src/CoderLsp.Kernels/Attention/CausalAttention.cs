using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.Attention;

/// <summary>
/// softmax(q·Kᵀ·scale)·V over the positions up to each token's own, in one pass over the pages: scores of a page, running maximum and sum
/// (earlier results are rescaled when the maximum grows), values. Work is shared out by heads and tiles of tokens; a page is brought to float
/// once for all tokens of a tile.
/// </summary>
public static unsafe class CausalAttention
{
    const int TileTokens = 8;

    /// <param name="queries">(tokens, query heads, head size), rotated.</param>
    /// <param name="queryHeads">A multiple of the layout's heads: grouped queries share keys and values.</param>
    /// <param name="pages">The sequence's pages; those of the batch's own positions are filled already.</param>
    /// <param name="firstPosition">Position of the batch's first token.</param>
    /// <param name="output">(tokens, query heads, head size).</param>
    public static void Run(
        ComputePool pool, KvLayout layout, int layer, float* queries, int queryHeads, ushort** pages, int firstPosition, int tokens, float* output, float scale)
    {
        var job = new AttentionJob
        {
            Layout = layout, Layer = layer, Queries = queries, QueryHeads = queryHeads, Pages = pages,
            FirstPosition = firstPosition, Tokens = tokens, Output = output, Scale = scale,
            Vectors = InstructionSets.Selected >= InstructionSet.Avx2 && layout.HeadSize % 8 == 0,
        };
        pool.Run(ref job, queryHeads * job.Tiles);
    }

    internal struct AttentionJob : IParallelJob
    {
        public KvLayout Layout;
        public int Layer, QueryHeads, FirstPosition, Tokens;
        public float* Queries, Output;
        public ushort** Pages;
        public float Scale;
        public bool Vectors;

        public readonly int Tiles => (Tokens + TileTokens - 1) / TileTokens;

        public readonly void Execute(int worker, int first, int last)
        {
            for (var item = first; item < last; item++)
            {
                int head = item / Tiles, token = item % Tiles * TileTokens;
                var count = Math.Min(TileTokens, Tokens - token);
                if (Vectors) TileAvx2(head, token, count);
                else
                    for (var t = token; t < token + count; t++) TokenScalar(head, t);
            }
        }

        readonly float* Query(int head, int token) => Queries + ((long)token * QueryHeads + head) * Layout.HeadSize;

        readonly float* Result(int head, int token) => Output + ((long)token * QueryHeads + head) * Layout.HeadSize;

        readonly int KvHead(int head) => head / (QueryHeads / Layout.Heads);

        /// <summary>The scalar twin: the formula, in two passes.</summary>
        readonly void TokenScalar(int head, int token)
        {
            int size = Layout.HeadSize, positions = FirstPosition + token + 1;
            float* query = Query(head, token), result = Result(head, token);
            long keys = Layout.Keys(Layer, KvHead(head)), values = Layout.Values(Layer, KvHead(head));
            var max = float.NegativeInfinity;
            for (var p = 0; p < positions; p++) max = Math.Max(max, Score(query, p, keys));
            new Span<float>(result, size).Clear();
            var sum = 0f;
            for (var p = 0; p < positions; p++)
            {
                var weight = MathF.Exp(Score(query, p, keys) - max);
                sum += weight;
                var value = Pages[p / KvLayout.PageTokens] + values + p % KvLayout.PageTokens * size;
                for (var i = 0; i < size; i++) result[i] += weight * HalfBits.ToSingle(value[i]);
            }

            for (var i = 0; i < size; i++) result[i] /= sum;
        }

        readonly float Score(float* query, int position, long keys)
        {
            var key = Pages[position / KvLayout.PageTokens] + keys + position % KvLayout.PageTokens * Layout.HeadSize;
            var dot = 0f;
            for (var i = 0; i < Layout.HeadSize; i++) dot += query[i] * HalfBits.ToSingle(key[i]);
            return dot * Scale;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        [SkipLocalsInit]
        readonly void TileAvx2(int head, int token, int count)
        {
            var size = Layout.HeadSize;
            long keys = Layout.Keys(Layer, KvHead(head)), values = Layout.Values(Layer, KvHead(head));
            var page = stackalloc float[KvLayout.PageTokens * size];
            var weights = stackalloc float[TileTokens * KvLayout.PageTokens];
            var max = stackalloc float[TileTokens];
            var sum = stackalloc float[TileTokens];
            for (var t = 0; t < count; t++)
            {
                max[t] = float.NegativeInfinity;
                sum[t] = 0;
                new Span<float>(Result(head, token + t), size).Clear();
            }

            var positions = FirstPosition + token + count;
            for (var start = 0; start < positions; start += KvLayout.PageTokens)
            {
                var source = Pages[start / KvLayout.PageTokens];
                var inPage = Math.Min(KvLayout.PageTokens, positions - start);
                ToSingle(source + keys, page, inPage * size);
                for (var t = 0; t < count; t++)
                {
                    var visible = Math.Min(inPage, FirstPosition + token + t + 1 - start);
                    if (visible <= 0) continue;
                    var w = weights + t * KvLayout.PageTokens;
                    var grown = Math.Max(max[t], Scores(Query(head, token + t), page, w, visible, size));
                    var shrink = MathF.Exp(max[t] - grown); // 0 on the first page
                    if (shrink != 1) Multiply(Result(head, token + t), shrink, size);
                    max[t] = grown;
                    sum[t] = sum[t] * shrink + Exponentials(w, visible, grown);
                }

                ToSingle(source + values, page, inPage * size);
                for (var t = 0; t < count; t++)
                {
                    var visible = Math.Min(inPage, FirstPosition + token + t + 1 - start);
                    AddWeighted(Result(head, token + t), weights + t * KvLayout.PageTokens, page, visible, size);
                }
            }

            for (var t = 0; t < count; t++) Multiply(Result(head, token + t), 1 / sum[t], size);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void ToSingle(ushort* source, float* target, int length)
        {
            for (var i = 0; i < length; i += 8) HalfBits.ToSingle8(source + i).Store(target + i);
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

        /// <summary>result += Σ weight[p] · page[p].</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void AddWeighted(float* result, float* weights, float* page, int positions, int size)
        {
            for (var i = 0; i < size; i += 8)
            {
                var sum = Vector256.Load(result + i);
                for (var p = 0; p < positions; p++)
                    sum = Fma.MultiplyAdd(Vector256.Create(weights[p]), Vector256.Load(page + p * size + i), sum);
                sum.Store(result + i);
            }
        }
    }
}
