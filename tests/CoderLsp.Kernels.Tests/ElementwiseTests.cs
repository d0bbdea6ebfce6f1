using CoderLsp.Kernels.Elementwise;

namespace CoderLsp.Kernels.Tests;

public sealed unsafe class ElementwiseTests
{
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

    [Fact]
    public void A_magnitude_lengthens_what_is_rotated_and_no_more()
    {
        using var rope = new Rope(RopePairing.Adjacent, RopeFrequencies.Linear(4, 10_000, factor: 1), magnitude: 1.5f);
        var x = stackalloc float[] { 3, 4, 5, 12, 7 };
        rope.Prepare(8).Apply(x, 1, 5, position: 7);
        MathF.Sqrt(x[0] * x[0] + x[1] * x[1]).ShouldBe(1.5f * 5, 1e-5f);
        MathF.Sqrt(x[2] * x[2] + x[3] * x[3]).ShouldBe(1.5f * 13, 1e-5f);
        x[4].ShouldBe(7);
    }

    [Theory]
    [InlineData(64, 10_000, 40, 4096)] // DeepSeek-V2
    [InlineData(32, 10_000, 40, 512)]
    [InlineData(128, 1_000_000, 4, 32_768)] // Qwen
    public void Yarn_keeps_fast_pairs_divides_slow_ones_and_has_a_ramp_between(int dimensions, float @base, float factor, int original)
    {
        // Of the paper and its reference: the pair that turns n times within the original context stands at d·ln(L / 2πn) / (2·ln b).
        double Pair(double turns) => dimensions * Math.Log(original / (2 * Math.PI * turns)) / (2 * Math.Log(@base));
        double low = Math.Floor(Pair(32)), high = Math.Ceiling(Pair(1));
        high.ShouldBeInRange(low + 1, dimensions / 2.0 - 1);
        var frequencies = RopeFrequencies.Yarn(dimensions, @base, factor, original);
        frequencies.Length.ShouldBe(dimensions / 2);
        for (var i = 0; i < frequencies.Length; i++)
        {
            var unscaled = 1 / Math.Pow(@base, 2.0 * i / dimensions);
            var slow = i <= Math.Max(0, low) ? 0 : i >= high ? 1 : (i - Math.Max(0, low)) / (high - Math.Max(0, low));
            frequencies[i].ShouldBe(slow * unscaled / factor + (1 - slow) * unscaled, 1e-12 + 1e-9 * unscaled, $"pair {i}");
        }
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

    [Theory, InlineData(8), InlineData(21)]
    public void LayerNorm_and_gelu_equal_their_formulas(int length)
    {
        var random = new Random(length);
        float* x = stackalloc float[length], w = stackalloc float[length], b = stackalloc float[length], y = stackalloc float[length];
        for (var i = 0; i < length; i++) (x[i], w[i], b[i]) = (random.NextSingle() * 20 - 5, random.NextSingle(), random.NextSingle());
        var mean = Enumerable.Range(0, length).Average(i => (double)x[i]);
        var variance = Enumerable.Range(0, length).Average(i => (x[i] - mean) * (x[i] - mean));
        LayerNorm.Apply(x, w, b, y, length, 0.1f);
        for (var i = 0; i < length; i++) ((double)y[i]).ShouldBe((x[i] - mean) / Math.Sqrt(variance + 0.1) * w[i] + b[i], 1e-5);
        Gelu.Apply(x, y, length);
        for (var i = 0; i < length; i++)
        {
            var inner = Math.Sqrt(2 / Math.PI) * (x[i] + 0.044715 * Math.Pow(x[i], 3));
            ((double)y[i]).ShouldBe(x[i] / 2.0 * (1 + Math.Tanh(inner)), 1e-5);
        }
    }

    [Theory, InlineData(-100f, 0f), InlineData(100f, 100f), InlineData(-1e6f, 0f), InlineData(1e6f, 1e6f)]
    public void Gelu_of_large_values_is_zero_or_the_value(float x, float expected)
    {
        float* values = stackalloc float[9];
        new Span<float>(values, 9).Fill(x);
        Gelu.Apply(values, values, 9);
        for (var i = 0; i < 9; i++) values[i].ShouldBe(expected, Math.Abs(x) * 1e-6f);
    }

    [Theory, InlineData(8), InlineData(21)]
    public void A_scaled_sum_adds_to_what_is_there(int length)
    {
        float* sum = stackalloc float[length], x = stackalloc float[length];
        for (var i = 0; i < length; i++) (sum[i], x[i]) = (i, i * i);
        Sums.AddScaled(sum, x, 0.5f, length);
        for (var i = 0; i < length; i++) sum[i].ShouldBe(i + 0.5f * i * i, 1e-4f);
    }
}
