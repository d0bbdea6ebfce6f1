using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CoderLsp.Kernels.Blocks;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Attention;

/// <summary>
/// Pages of <see cref="Int8Block"/>s. Queries and weights become words with a scale for each block, so that a step is a product of words:
/// sums of 32 products of 8 and 16 bits fit 32. A prepared query is <c>float scale[blocks], short word[blocks][32]</c>.
/// </summary>
/// <remarks>
/// A step of 64 bytes takes 4 conversions, 4 products, 4 additions and a broadcast: some 4 cycles of a core whose part of the memory's
/// bandwidth is 4 to 5 bytes a cycle, so that decoding has time to spare. For prompts two queries share the conversions.
/// </remarks>
readonly unsafe struct Int8Pages : IPageKernel
{
    public static int QueryBytes(in KvLayout layout) => Int8Block.Count(layout.KeySize) * (sizeof(float) + Int8Block.Side * sizeof(short));

    /// <summary>Factors of 32 positions, weights of 32 positions, and as words for two queries.</summary>
    public static int ScratchBytes(in KvLayout layout) => Int8Block.Side * (2 * sizeof(float) + 2 * sizeof(short));

    [SkipLocalsInit]
    public static void Prepare(in KvLayout layout, float* query, float scale, byte* prepared)
    {
        var blocks = Int8Block.Count(layout.KeySize);
        var scaled = stackalloc float[blocks * Int8Block.Side];
        for (var i = 0; i < blocks * Int8Block.Side; i++) scaled[i] = i < layout.KeySize ? query[i] * scale : 0;
        ActivationRounding.RoundToWords(scaled, blocks * Int8Block.Side, (short*)((float*)prepared + blocks), (float*)prepared);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scores(in KvLayout layout, byte* keys, nint ahead, byte* queries, int count, float* scores, byte* scratch)
    {
        int blocks = Int8Block.Count(layout.KeySize), stride = QueryBytes(layout);
        var factors = (float*)scratch;
        new Span<float>(scores, count * Int8Block.Side).Clear();
        for (var b = 0; b < blocks; b++, keys += Int8Block.Bytes)
        {
            Prefetch(keys + ahead);
            Int8Block.Scales(keys, factors);
            var q = 0;
            for (; q < count - 1; q += 2)
            {
                float* first = (float*)(queries + q * stride), second = (float*)(queries + (q + 1) * stride);
                AddTwo(
                    keys, Words(first, blocks, b), Words(second, blocks, b), first[b], second[b], factors,
                    scores + q * Int8Block.Side, scores + (q + 1) * Int8Block.Side);
            }

            if (q == count) continue;
            var last = (float*)(queries + q * stride);
            AddOne(keys, Words(last, blocks, b), last[b], factors, scores + q * Int8Block.Side);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddValues(in KvLayout layout, byte* values, nint ahead, float* weights, int count, float* results, byte* scratch)
    {
        int blocks = Int8Block.Count(layout.ValueSize), stride = layout.ResultStride;
        float* scales = (float*)scratch, weighed = scales + Int8Block.Side;
        var words = (short*)(weighed + Int8Block.Side);
        float first, second;
        for (var b = 0; b < blocks; b++, values += Int8Block.Bytes, results += Int8Block.Side)
        {
            Prefetch(values + ahead);
            Int8Block.Scales(values, scales);
            var q = 0;
            for (; q < count - 1; q += 2)
            {
                RoundWeights(weights + q * Int8Block.Side, scales, weighed, words, &first);
                RoundWeights(weights + (q + 1) * Int8Block.Side, scales, weighed, words + Int8Block.Side, &second);
                AddTwo(values, (int*)words, (int*)(words + Int8Block.Side), first, second, null, results + q * stride, results + (q + 1) * stride);
            }

            if (q == count) continue;
            RoundWeights(weights + q * Int8Block.Side, scales, weighed, words, &first);
            AddOne(values, (int*)words, first, null, results + q * stride);
        }
    }

    /// <summary>Pairs of words of a block of a prepared query.</summary>
    static int* Words(float* query, int blocks, int block) => (int*)(query + blocks) + block * Int8Block.Steps;

    /// <summary>A value's weight is its position's, times its scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void RoundWeights(float* weights, float* scales, float* weighed, short* words, float* unit)
    {
        for (var i = 0; i < Int8Block.Side; i += 8) (Vector256.Load(weights + i) * Vector256.Load(scales + i)).Store(weighed + i);
        ActivationRounding.RoundToWords(weighed, Int8Block.Side, words, unit);
    }

    /// <summary>sums[lane] += unit · factor[lane] · Σ of the steps' products with <paramref name="pairs"/>; factors are 1 where there are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void AddOne(byte* block, int* pairs, float unit, float* factors, float* sums)
    {
        Vector256<int> a = default, b = default, c = default, d = default;
        var step = (sbyte*)block + Int8Block.ScaleBytes;
        for (var i = 0; i < Int8Block.Steps; i++, step += Int8Block.StepBytes)
        {
            var pair = Vector256.Create(pairs[i]).AsInt16();
            a += Portable.MultiplyAddAdjacent(Portable.Widen(step), pair);
            b += Portable.MultiplyAddAdjacent(Portable.Widen(step + 16), pair);
            c += Portable.MultiplyAddAdjacent(Portable.Widen(step + 32), pair);
            d += Portable.MultiplyAddAdjacent(Portable.Widen(step + 48), pair);
        }

        Add(a, unit, factors, sums, 0);
        Add(b, unit, factors, sums, 8);
        Add(c, unit, factors, sums, 16);
        Add(d, unit, factors, sums, 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void AddTwo(byte* block, int* firstPairs, int* secondPairs, float firstUnit, float secondUnit, float* factors, float* firstSums, float* secondSums)
    {
        Vector256<int> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        var step = (sbyte*)block + Int8Block.ScaleBytes;
        for (var i = 0; i < Int8Block.Steps; i++, step += Int8Block.StepBytes)
        {
            Vector256<short> first = Vector256.Create(firstPairs[i]).AsInt16(), second = Vector256.Create(secondPairs[i]).AsInt16();
            var values = Portable.Widen(step);
            a += Portable.MultiplyAddAdjacent(values, first);
            e += Portable.MultiplyAddAdjacent(values, second);
            values = Portable.Widen(step + 16);
            b += Portable.MultiplyAddAdjacent(values, first);
            f += Portable.MultiplyAddAdjacent(values, second);
            values = Portable.Widen(step + 32);
            c += Portable.MultiplyAddAdjacent(values, first);
            g += Portable.MultiplyAddAdjacent(values, second);
            values = Portable.Widen(step + 48);
            d += Portable.MultiplyAddAdjacent(values, first);
            h += Portable.MultiplyAddAdjacent(values, second);
        }

        Add(a, firstUnit, factors, firstSums, 0);
        Add(b, firstUnit, factors, firstSums, 8);
        Add(c, firstUnit, factors, firstSums, 16);
        Add(d, firstUnit, factors, firstSums, 24);
        Add(e, secondUnit, factors, secondSums, 0);
        Add(f, secondUnit, factors, secondSums, 8);
        Add(g, secondUnit, factors, secondSums, 16);
        Add(h, secondUnit, factors, secondSums, 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(Vector256<int> products, float unit, float* factors, float* sums, int lane)
    {
        var factor = Vector256.Create(unit);
        if (factors != null) factor *= Vector256.Load(factors + lane);
        Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(products), factor, Vector256.Load(sums + lane)).Store(sums + lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Prefetch(byte* block)
    {
        for (var i = 0; i < Int8Block.Bytes; i += 64) Portable.Prefetch(block + i);
    }
}
