using System.Diagnostics;
using CoderLsp.Kernels;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Benchmarks;

/// <summary>
/// Attention of one token over a long cache by all threads: bytes of cache a second, against a plain read of as many by the same threads, in turn;
/// and of a prompt's chunk: multiplications a second. The best of each counts. DeepSeek-Coder-1.3B's heads, and heads that queries share.
/// </summary>
static unsafe class AttentionBenchmark
{
    const int HeadSize = 128, Rounds = 8, Chunk = 128;
    const long LeastBytes = 384 << 20; // more than the caches hold

    public static void Run(TextWriter output, string[] arguments)
    {
        foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            using var pool = new ComputePool(threads);
            foreach (var (heads, keyHeads) in new[] { (16, 16), (12, 2) })
                foreach (var depth in new[] { 4096, 16384 })
                    foreach (var type in Enum.GetValues<KvType>())
                        output.WriteLine($"{threads} threads, {heads} heads on {keyHeads}, {depth,5} positions, {type,-3}: {Measure(pool, heads, keyHeads, depth, type)}");
        }
    }

    static string Measure(ComputePool pool, int heads, int keyHeads, int depth, KvType type)
    {
        var layout = new KvLayout(1, keyHeads, HeadSize, HeadSize, type);
        layout = layout with { Layers = (int)(LeastBytes / (layout.BytesPerToken * depth)) + 1 };
        var pages = depth / KvLayout.PageTokens;
        using var memory = new NativeBuffer<byte>(layout.PageBytes * pages);
        using var pointers = new NativeBuffer<nint>(pages);
        for (var p = 0; p < pages; p++) pointers.Data[p] = (nint)(memory.Data + p * layout.PageBytes);
        Fill(layout, (byte**)pointers.Data, depth);
        using NativeBuffer<float> queries = new(Chunk * heads * HeadSize), results = new(Chunk * heads * HeadSize);
        for (var i = 0; i < queries.Length; i++) queries.Data[i] = i % 19 / 9f - 1;
        using var attention = new CausalAttention(pool);

        var bytes = layout.PageBytes * pages / layout.Layers & -(1 << 20); // of a layer
        double[] reads = new double[layout.Layers], times = [.. Enumerable.Repeat(double.MaxValue, layout.Layers)];
        for (var round = 0; round < Rounds; round++)
            for (var layer = 0; layer < layout.Layers; layer++)
            {
                // Layer by layer, for other programs leave a machine alone for a millisecond sooner than for a whole token.
                reads[layer] = Math.Max(reads[layer], KernelBenchmark.Read(pool, memory.Data + (layer + layout.Layers / 2) % layout.Layers * bytes, bytes));
                times[layer] = Math.Min(times[layer], Seconds(1, layer));
            }

        double read = reads.Average(), token = times.Average(), chunk = double.MaxValue;
        for (var round = 0; round < Rounds; round++) chunk = Math.Min(chunk, Seconds(Chunk, 0));
        double speed = layout.BytesPerToken / layout.Layers * depth / token, products = 2.0 * HeadSize * heads * Chunk * (depth - Chunk / 2);
        return $"{speed / 1e9,5:F1} of {read / 1e9:F1} GB/s, {speed / read,4:P0}   {Chunk} tokens: {products / chunk / 1e9,6:F1} GMAC/s";

        double Seconds(int tokens, int layer)
        {
            var start = Stopwatch.GetTimestamp();
            attention.Run(
                layout, layer, HeadRows.ByToken(queries.Data, heads, HeadSize), heads, (byte**)pointers.Data, depth - tokens, tokens,
                HeadRows.ByToken(results.Data, heads, HeadSize), 0.1f);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    static void Fill(KvLayout layout, byte** pages, int depth)
    {
        using var row = new NativeBuffer<float>(layout.Heads * HeadSize);
        for (var i = 0; i < row.Length; i++) row.Data[i] = i % 17 / 8f - 1;
        for (var p = 0; p < depth; p++)
            for (var layer = 0; layer < layout.Layers; layer++)
            {
                var page = pages[p / KvLayout.PageTokens];
                layout.StoreKeys(row.Data, page, layer, p % KvLayout.PageTokens);
                layout.StoreValues(row.Data, page, layer, p % KvLayout.PageTokens);
            }
    }
}
