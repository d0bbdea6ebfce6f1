using CoderLsp.Kernels.Attention;

namespace CoderLsp.Kernels.Tests;

public sealed unsafe class AttentionTests
{
    public static TheoryData<KvType, InstructionSet, int, int, int, int, int, int, bool> Cases()
    {
        // tokens, heads, heads of keys, their size, that of values, position of the first token, values in keys
        (int, int, int, int, int, int, bool)[] shapes =
        [
            (1, 4, 2, 64, 64, 0, false),
            (1, 4, 4, 64, 64, 77, false),
            (19, 6, 3, 32, 32, 45, false),
            (9, 2, 1, 128, 128, 31, false),
            (40, 7, 1, 64, 64, 25, false), // several tiles
            (5, 3, 3, 20, 20, 40, false), // not a multiple of 8
            (2, 3, 3, 7, 9, 40, false),
            (9, 3, 3, 48, 32, 40, false), // latent attention in full
            (5, 3, 3, 32, 48, 40, false),
            (5, 3, 3, 20, 12, 40, false),
            (1, 6, 1, 72, 64, 70, true), // latent attention absorbed
            (7, 6, 1, 72, 64, 30, true),
            (7, 6, 1, 28, 20, 30, true),
            (1, 3, 1, 96, 64, 1000, false), // several parts of the pages
            (3, 4, 2, 64, 64, 2100, false),
            (2, 6, 1, 72, 64, 900, true),
        ];
        var cases = new TheoryData<KvType, InstructionSet, int, int, int, int, int, int, bool>();
        foreach (var type in Enum.GetValues<KvType>())
            foreach (var set in new[] { InstructionSet.Scalar, InstructionSet.AdvSimd, InstructionSet.Avx2 })
                foreach (var (tokens, heads, kvHeads, size, valueSize, first, valuesInKeys) in shapes)
                    if (type == KvType.F16 || !valuesInKeys) cases.Add(type, set, tokens, heads, kvHeads, size, valueSize, first, valuesInKeys);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Attention_equals_its_formula(
        KvType type, InstructionSet set, int tokens, int heads, int kvHeads, int size, int valueSize, int firstPosition, bool valuesInKeys)
    {
        Assert.SkipUnless(InstructionSets.IsSupported(set), $"This machine has no {set}.");
        var layout = new KvLayout(Layers: 2, kvHeads, size, valueSize, type, valuesInKeys);
        var positions = firstPosition + tokens;
        var random = new Random(tokens);
        var pageCount = (positions + KvLayout.PageTokens - 1) / KvLayout.PageTokens;
        var pages = Enumerable.Range(0, pageCount).Select(_ => new NativeBuffer<byte>(layout.PageBytes)).ToArray();
        using var pointers = new NativeBuffer<nint>(pageCount);
        for (var i = 0; i < pageCount; i++) pointers.Data[i] = (nint)pages[i].Data;
        float[,,] keys = new float[positions, kvHeads, size], values = new float[positions, kvHeads, valueSize];
        using var row = new NativeBuffer<float>(kvHeads * Math.Max(size, valueSize));
        for (var p = 0; p < pageCount * KvLayout.PageTokens; p++)
        {
            var page = pages[p / KvLayout.PageTokens].Data;
            var slot = p % KvLayout.PageTokens;
            Fill(p, size);
            layout.StoreKeys(row.Data, page, 1, slot);
            for (var h = 0; h < kvHeads && p < positions; h++)
                for (var i = 0; i < size; i++)
                    keys[p, h, i] = Stored(layout.Key(page + layout.Keys(1, h), slot, i), row.Data[h * size + i]);
            if (!valuesInKeys)
            {
                Fill(p, valueSize);
                layout.StoreValues(row.Data, page, 1, slot);
            }

            for (var h = 0; h < kvHeads && p < positions; h++)
                for (var i = 0; i < valueSize; i++)
                    values[p, h, i] = Stored(layout.Value(page + layout.Values(1, h), slot, i), row.Data[h * (valuesInKeys ? size : valueSize) + i]);
        }

        using var queries = new NativeBuffer<float>(tokens * heads * size);
        for (var i = 0; i < queries.Length; i++) queries.Data[i] = (float)(random.NextDouble() - 0.5) * 4;
        using var output = new NativeBuffer<float>(tokens * heads * valueSize);
        using var pool = new ComputePool(2);
        using var attention = new CausalAttention(pool);
        for (var repeat = 0; repeat < 2; repeat++) // nothing may be left over from the first time
            attention.Run(set, layout, 1, HeadRows.ByToken(queries.Data, heads, size), heads, (byte**)pointers.Data, firstPosition, tokens,
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

        // Behind the text there is what another one left there, whatever it was.
        void Fill(int position, int length)
        {
            for (var i = 0; i < kvHeads * length; i++)
                row.Data[i] = position >= positions ? (i % 3 == 0 ? float.NaN : float.PositiveInfinity) : (float)(Half)(random.NextDouble() - 0.5);
        }

        // Values are below 1/2: half of the largest scale, and of the bits that a scale may be too large by.
        float Stored(float stored, float value)
        {
            ((double)stored).ShouldBe(value, type == KvType.F16 ? 1e-9 : 0.5 / 127 / 2 * 1.01);
            return stored;
        }
    }

    [Theory]
    [InlineData(KvType.Q8, 24 * 2 * 16 * 128 * 34 / 32)] // a scale of 2 bytes for 32 values
    [InlineData(KvType.F16, 24 * 2 * 16 * 128 * 2)]
    public void A_position_takes_as_many_bytes_as_its_type_says(KvType type, long bytes) => new KvLayout(24, 16, 128, 128, type).BytesPerToken.ShouldBe(bytes);
}
