using CoderLsp.Kernels.Attention;

namespace CoderLsp.Kernels.Tests;

public sealed unsafe class AttentionTests
{
    [Theory]
    [InlineData(1, 4, 2, 64, 64, 0, false)]
    [InlineData(1, 4, 4, 64, 64, 77, false)]
    [InlineData(19, 6, 3, 32, 32, 45, false)]
    [InlineData(9, 2, 1, 128, 128, 31, false)]
    [InlineData(5, 3, 3, 20, 20, 40, false)] // not a multiple of 8: the scalar way
    [InlineData(9, 3, 3, 48, 32, 40, false)] // latent attention in full
    [InlineData(5, 3, 3, 32, 48, 40, false)]
    [InlineData(5, 3, 3, 20, 12, 40, false)]
    [InlineData(1, 6, 1, 72, 64, 70, true)] // latent attention absorbed
    [InlineData(7, 6, 1, 72, 64, 30, true)]
    [InlineData(7, 6, 1, 28, 20, 30, true)]
    public void Attention_equals_its_formula(int tokens, int heads, int kvHeads, int size, int valueSize, int firstPosition, bool valuesInKeys)
    {
        var layout = new KvLayout(Layers: 2, kvHeads, size, valueSize, valuesInKeys);
        var positions = firstPosition + tokens;
        var random = new Random(tokens);
        var keys = new float[positions, kvHeads, size];
        var values = new float[positions, kvHeads, valueSize];
        var pageCount = (positions + KvLayout.PageTokens - 1) / KvLayout.PageTokens;
        var pages = Enumerable.Range(0, pageCount).Select(_ => new NativeBuffer<byte>(layout.PageBytes)).ToArray();
        using var pointers = new NativeBuffer<nint>(pageCount);
        for (var i = 0; i < pageCount; i++) pointers.Data[i] = (nint)pages[i].Data;
        using var row = new NativeBuffer<float>(kvHeads * Math.Max(size, valueSize));
        for (var p = 0; p < positions; p++)
        {
            Fill(keys, p, size);
            layout.StoreKeys(row.Data, pages[p / KvLayout.PageTokens].Data, 1, p % KvLayout.PageTokens);
            if (valuesInKeys)
            {
                for (var h = 0; h < kvHeads; h++)
                    for (var i = 0; i < valueSize; i++) values[p, h, i] = keys[p, h, i];
                continue;
            }

            Fill(values, p, valueSize);
            layout.StoreValues(row.Data, pages[p / KvLayout.PageTokens].Data, 1, p % KvLayout.PageTokens);
        }

        using var queries = new NativeBuffer<float>(tokens * heads * size);
        for (var i = 0; i < queries.Length; i++) queries.Data[i] = (float)(random.NextDouble() - 0.5) * 4;
        using var output = new NativeBuffer<float>(tokens * heads * valueSize);
        using var pool = new ComputePool(2);
        CausalAttention.Run(pool, layout, 1, HeadRows.ByToken(queries.Data, heads, size), heads, (byte**)pointers.Data, firstPosition, tokens,
            HeadRows.ByHead(output.Data, tokens, valueSize), 0.3f);

        for (var t = 0; t < tokens; t++)
            for (var h = 0; h < heads; h++)
            {
                var kv = h / (heads / kvHeads);
                var weights = new double[firstPosition + t + 1];
                for (var p = 0; p < weights.Length; p++)
                {
                    double dot = 0;
                    for (var i = 0; i < size; i++) dot += queries.Data[(t * heads + h) * size + i] * keys[p, kv, i];
                    weights[p] = Math.Exp(dot * 0.3f);
                }

                var total = weights.Sum();
                for (var i = 0; i < valueSize; i++)
                {
                    double expected = 0;
                    for (var p = 0; p < weights.Length; p++) expected += weights[p] * values[p, kv, i];
                    ((double)output.Data[(h * tokens + t) * valueSize + i]).ShouldBe(expected / total, 1e-4);
                }
            }

        foreach (var page in pages) page.Dispose();

        void Fill(float[,,] target, int position, int length)
        {
            for (var h = 0; h < kvHeads; h++)
                for (var i = 0; i < length; i++)
                    row.Data[h * length + i] = target[position, h, i] = (float)(Half)(random.NextDouble() - 0.5);
        }
    }
}
