using CoderLsp.Kernels.Attention;
using CoderLsp.Kernels.Elementwise;

namespace CoderLsp.Kernels.Tests;

public sealed unsafe class AttentionTests
{
    [Theory]
    [InlineData(1, 4, 2, 64, 0)]
    [InlineData(1, 4, 4, 64, 77)]
    [InlineData(19, 6, 3, 32, 45)]
    [InlineData(9, 2, 1, 128, 31)]
    [InlineData(5, 3, 3, 20, 40)] // not a multiple of 8: the scalar way
    public void Attention_equals_its_formula(int tokens, int heads, int kvHeads, int size, int firstPosition)
    {
        var layout = new KvLayout(Layers: 2, kvHeads, size, size);
        var positions = firstPosition + tokens;
        var random = new Random(tokens);
        var keys = new float[positions, kvHeads, size];
        var values = new float[positions, kvHeads, size];
        var pageCount = (positions + KvLayout.PageTokens - 1) / KvLayout.PageTokens;
        var pages = Enumerable.Range(0, pageCount).Select(_ => new NativeBuffer<ushort>(layout.PageLength)).ToArray();
        using var pointers = new NativeBuffer<nint>(pageCount);
        for (var i = 0; i < pageCount; i++) pointers.Data[i] = (nint)pages[i].Data;
        using var row = new NativeBuffer<float>(kvHeads * size);
        for (var p = 0; p < positions; p++)
        {
            Fill(keys, p);
            layout.StoreKeys(row.Data, pages[p / KvLayout.PageTokens].Data, 1, p % KvLayout.PageTokens);
            Fill(values, p);
            layout.StoreValues(row.Data, pages[p / KvLayout.PageTokens].Data, 1, p % KvLayout.PageTokens);
        }

        using var queries = new NativeBuffer<float>(tokens * heads * size);
        for (var i = 0; i < queries.Length; i++) queries.Data[i] = (float)(random.NextDouble() - 0.5) * 4;
        using var output = new NativeBuffer<float>(tokens * heads * size);
        using var pool = new ComputePool(2);
        CausalAttention.Run(pool, layout, 1, HeadRows.ByToken(queries.Data, heads, size), heads, (ushort**)pointers.Data, firstPosition, tokens,
            HeadRows.ByToken(output.Data, heads, size), 0.3f);

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

                for (var i = 0; i < size; i++)
                {
                    double expected = 0;
                    for (var p = 0; p < weights.Length; p++) expected += weights[p] * values[p, kv, i];
                    ((double)output.Data[(t * heads + h) * size + i]).ShouldBe(expected / weights.Sum(), 1e-4);
                }
            }

        foreach (var page in pages) page.Dispose();

        void Fill(float[,,] target, int position)
        {
            for (var h = 0; h < kvHeads; h++)
                for (var i = 0; i < size; i++)
                    row.Data[h * size + i] = target[position, h, i] = (float)(Half)(random.NextDouble() - 0.5);
        }
    }

    [Theory, InlineData(RopePairing.Adjacent), InlineData(RopePairing.Halves)]
    public void Rotation_turns_pairs_by_the_angle_of_their_position(RopePairing pairing)
    {
        const int size = 16, rotated = 12, position = 1500;
        using var rope = new Rope(pairing, RopeFrequencies.Linear(rotated, 10_000, factor: 4));
        var x = stackalloc float[size];
        for (var i = 0; i < size; i++) x[i] = i + 1;
        rope.Prepare(position + 1).Apply(x, 1, size, position);
        for (var i = 0; i < rotated / 2; i++)
        {
            var angle = position / 4.0 * Math.Pow(10_000, -2.0 * i / rotated);
            var (first, second) = pairing == RopePairing.Adjacent ? (2 * i, 2 * i + 1) : (i, i + rotated / 2);
            ((double)x[first]).ShouldBe((first + 1) * Math.Cos(angle) - (second + 1) * Math.Sin(angle), 1e-4);
            ((double)x[second]).ShouldBe((first + 1) * Math.Sin(angle) + (second + 1) * Math.Cos(angle), 1e-4);
        }

        for (var i = rotated; i < size; i++) x[i].ShouldBe(i + 1);
    }

    [Theory, InlineData(8), InlineData(21)]
    public void Norm_and_gate_equal_their_formulas(int length)
    {
        var random = new Random(length);
        float* x = stackalloc float[length], w = stackalloc float[length], y = stackalloc float[length];
        for (var i = 0; i < length; i++) (x[i], w[i]) = ((float)(random.NextDouble() - 0.5) * 20, (float)random.NextDouble());
        var mean = Enumerable.Range(0, length).Sum(i => (double)x[i] * x[i]) / length;
        RmsNorm.Apply(x, w, y, length, 1e-6f);
        for (var i = 0; i < length; i++) ((double)y[i]).ShouldBe(x[i] / Math.Sqrt(mean + 1e-6) * w[i], 1e-5);
        SwiGlu.Apply(x, w, y, length);
        for (var i = 0; i < length; i++) ((double)y[i]).ShouldBe(x[i] / (1 + Math.Exp(-x[i])) * w[i], 1e-5);
    }
}
