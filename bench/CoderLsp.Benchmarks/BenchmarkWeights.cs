using CoderLsp.Kernels;

namespace CoderLsp.Benchmarks;

static class BenchmarkWeights
{
    /// <summary>Random blocks whose factors lie within a range, as a model's do: those that a kernel looks up stay in its caches.</summary>
    public static void Fill(TensorType type, Span<byte> weights)
    {
        var random = new Random(1);
        random.NextBytes(weights);
        int[] factors = type switch
        {
            TensorType.F32 or TensorType.F16 or TensorType.BF16 or TensorType.IQ1_M => [],
            TensorType.Q4_1 or TensorType.Q5_1 or TensorType.Q4_K or TensorType.Q5_K => [0, 2],
            TensorType.Q2_K => [80, 82],
            TensorType.Q3_K => [108],
            TensorType.Q6_K => [208],
            _ => [0],
        };
        if (factors.Length == 0) return;
        var size = BlockLayouts.Of(type).BlockBytes;
        for (var block = 0; block <= weights.Length - size; block += size)
            foreach (var at in factors)
                BitConverter.TryWriteBytes(weights[(block + at)..], (Half)(0.001 * (0.3 + random.NextDouble())));
    }
}
