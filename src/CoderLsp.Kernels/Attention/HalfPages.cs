using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.Attention;

/// <summary>Pages in half precision, brought to float once for all queries of a tile. Sizes are multiples of 8.</summary>
readonly unsafe struct HalfPages : IPageKernel
{
    public static int QueryBytes(in KvLayout layout) => layout.KeySize * sizeof(float);

    /// <summary>The keys, or values, of a page.</summary>
    public static int ScratchBytes(in KvLayout layout) => KvLayout.PageTokens * Math.Max(layout.KeySize, layout.ValueSize) * sizeof(float);

    public static void Prepare(in KvLayout layout, float* query, float scale, byte* prepared)
    {
        for (var i = 0; i < layout.KeySize; i += 8) (Vector256.Load(query + i) * scale).Store((float*)prepared + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scores(in KvLayout layout, byte* keys, nint ahead, byte* queries, int count, float* scores, byte* scratch)
    {
        var size = layout.KeySize;
        Convert(keys, ahead, (float*)scratch, size);
        for (var query = (float*)queries; count > 0; count--, query += size)
        {
            var key = (float*)scratch;
            for (var p = 0; p < KvLayout.PageTokens; p++, key += size)
            {
                Vector256<float> a = default, b = default;
                var i = 0;
                for (; i <= size - 16; i += 16)
                {
                    a = Vector256.FusedMultiplyAdd(Vector256.Load(query + i), Vector256.Load(key + i), a);
                    b = Vector256.FusedMultiplyAdd(Vector256.Load(query + i + 8), Vector256.Load(key + i + 8), b);
                }

                if (i < size) a = Vector256.FusedMultiplyAdd(Vector256.Load(query + i), Vector256.Load(key + i), a);
                *scores++ = Vectors.Sum(a + b);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddValues(in KvLayout layout, byte* values, nint ahead, float* weights, int count, float* results, byte* scratch)
    {
        int size = layout.ValueSize, stride = layout.ValueStride;
        if (!layout.ValuesInKeys) Convert(values, ahead, (float*)scratch, size); // else they lie there since their scores were taken
        for (; count > 0; count--, weights += KvLayout.PageTokens, results += layout.ResultStride)
            for (var i = 0; i < size; i += 8)
            {
                var sum = Vector256.Load(results + i);
                var value = (float*)scratch + i;
                for (var p = 0; p < KvLayout.PageTokens; p++, value += stride)
                    sum = Vector256.FusedMultiplyAdd(Vector256.Create(weights[p]), Vector256.Load(value), sum);
                sum.Store(results + i);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Convert(byte* source, nint ahead, float* target, int size)
    {
        for (var p = 0; p < KvLayout.PageTokens; p++, source += size * sizeof(ushort), target += size)
        {
            for (var i = 0; i < size * sizeof(ushort); i += 64) Portable.Prefetch(source + ahead + i);
            HalfBits.ToSingle((ushort*)source, target, size);
        }
    }
}
