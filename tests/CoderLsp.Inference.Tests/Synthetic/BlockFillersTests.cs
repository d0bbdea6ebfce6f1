using CoderLsp.Inference.Synthetic;
using CoderLsp.Kernels;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Tests.Synthetic;

public unsafe class BlockFillersTests
{
    const int Columns = 2048, Rows = 128;

    static readonly float Sigma = 1 / MathF.Sqrt(Columns);

    /// <summary>Of every type that occurs in a mix, also as a fallback.</summary>
    public static TheoryData<TensorType> Types =>
    [
        TensorType.F16, TensorType.Q8_0, TensorType.Q4_0, TensorType.Q4_1, TensorType.Q5_0, TensorType.Q5_1,
        TensorType.Q2_K, TensorType.Q3_K, TensorType.Q4_K, TensorType.Q5_K, TensorType.Q6_K, TensorType.IQ2_XS, TensorType.IQ4_NL, TensorType.IQ4_XS, TensorType.F32,
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Weights_have_mean_zero_and_the_wanted_deviation(TensorType type)
    {
        var weights = Weights(type);
        // The mean of n such weights is itself off by about sigma / √n; groups of 32 share a minimum and move together.
        weights.Average().ShouldBe(0, 5 * Sigma / Math.Sqrt(weights.Length / 32));
        Math.Sqrt(weights.Average(w => w * (double)w)).ShouldBe(Sigma, 0.02 * Sigma);
        weights.Max(Math.Abs).ShouldBeLessThan(6 * Sigma);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Rows_are_independent(TensorType type)
    {
        var weights = Weights(type);
        for (var row = 1; row < Rows; row++)
        {
            var product = 0.0;
            for (var i = 0; i < Columns; i++) product += weights[i] * weights[row * Columns + i];
            // A unit vector's product with another random one has a deviation of 1 / √columns, more where groups move together.
            double.IsFinite(product).ShouldBeTrue();
            Math.Abs(product).ShouldBeLessThan(10 * Sigma, $"row {row}");
        }
    }

    static float[] Weights(TensorType type)
    {
        var blocks = new byte[BlockLayouts.RowBytes(type, Columns) * Rows];
        var random = new SplitMix64(5);
        BlockFillers.Of(type)(blocks, Sigma, ref random);
        var weights = new float[Columns * Rows];
        fixed (byte* data = blocks)
        {
            var matrix = new Matrix(KernelRegistry.Find(type)!, (nint)data, Rows, Columns);
            for (var row = 0; row < Rows; row++) matrix.Dequantize(row, weights.AsSpan(row * Columns, Columns));
        }
        return weights;
    }
}
