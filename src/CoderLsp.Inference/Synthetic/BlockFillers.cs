using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CoderLsp.Kernels;

namespace CoderLsp.Inference.Synthetic;

/// <summary>Writes random weights of mean 0 and standard deviation <paramref name="sigma"/> over whole blocks.</summary>
delegate void BlockFiller(Span<byte> blocks, float sigma, ref SplitMix64 random);

/// <summary>
/// Random weights drawn as blocks: quants and group scales are uniform bits, so only the block's own scale is computed, from the
/// standard deviation that such bits have when the block's scale is 1. A new type is one line in <see cref="Of"/> and one filler.
/// </summary>
static class BlockFillers
{
    public static BlockFiller Of(TensorType type) => type switch
    {
        TensorType.F32 => FillF32,
        TensorType.F16 => FillF16,
        TensorType.Q8_0 => FillQ8_0,
        TensorType.Q4_0 => (blocks, sigma, ref random) => FillSigned(blocks, 18, sigma / Deviation(16, 0.5), ref random),
        TensorType.Q5_0 => (blocks, sigma, ref random) => FillSigned(blocks, 22, sigma / Deviation(32, 0.5), ref random),
        TensorType.Q4_1 => (blocks, sigma, ref random) => FillWithMinimum(blocks, 20, sigma / Deviation(16), -7.5f, ref random),
        TensorType.Q5_1 => (blocks, sigma, ref random) => FillWithMinimum(blocks, 24, sigma / Deviation(32), -15.5f, ref random),
        TensorType.Q2_K => (blocks, sigma, ref random) => FillGrouped(blocks, 84, 80, 4, 16, ..16, 0b1000_1000, sigma, ref random),
        TensorType.Q3_K => (blocks, sigma, ref random) => FillScaled(blocks, 110, 108, sigma / (Deviation(8, 0.5) * Deviation(64, 0.5)), ref random),
        // The uppermost bit of all scales and minima lies in bits 5 and 7 of the first eight bytes.
        TensorType.Q4_K => (blocks, sigma, ref random) => FillGrouped(blocks, 144, 0, 16, 64, 4..12, 0b1010_0000, sigma, ref random),
        TensorType.Q5_K => (blocks, sigma, ref random) => FillGrouped(blocks, 176, 0, 32, 64, 4..12, 0b1010_0000, sigma, ref random),
        TensorType.Q6_K => FillQ6_K,
        TensorType.IQ2_XS => (blocks, sigma, ref random) => FillScaled(blocks, 74, 0, 8 * sigma / (Codebook2Deviation * OddScaleDeviation), ref random),
        TensorType.IQ4_NL => (blocks, sigma, ref random) => FillSigned(blocks, 18, sigma / NonLinearDeviation, ref random),
        TensorType.IQ4_XS => (blocks, sigma, ref random) => FillScaled(blocks, 136, 0, sigma / (NonLinearDeviation * Deviation(64, 0.5)), ref random),
        _ => throw new NotSupportedException($"No random weights can be made in {type}."),
    };

    // Root mean square of the 16 values that the nibbles of IQ4_NL and IQ4_XS stand for.
    const float NonLinearDeviation = 67.44f;

    // Root mean square of the magnitudes in IQ2_XS's codebook, and of its scales 1, 3, … 31.
    const float Codebook2Deviation = 24.22f, OddScaleDeviation = 18.47f;

    /// <summary>Of a uniform number of so many values whose mean is off by <paramref name="bias"/>: √((n² − 1)/12 + bias²).</summary>
    static float Deviation(int values, double bias = 0) => (float)Math.Sqrt((values * (double)values - 1) / 12 + bias * bias);

    /// <summary>Vectors of norms, in float32: near 1, as in trained models.</summary>
    public static void FillNorm(Span<byte> blocks, float sigma, ref SplitMix64 random)
    {
        foreach (ref var value in MemoryMarshal.Cast<byte, float>(blocks)) value = 1 + (random.Next(2001) - 1000) * 1e-4f;
    }

    static void FillF32(Span<byte> blocks, float sigma, ref SplitMix64 random)
    {
        const int values = 1 << 16;
        var scale = sigma / Deviation(values);
        foreach (ref var value in MemoryMarshal.Cast<byte, float>(blocks)) value = (random.Next(values) - (values - 1) / 2f) * scale;
    }

    static void FillF16(Span<byte> blocks, float sigma, ref SplitMix64 random)
    {
        random.Fill(blocks);
        var scale = sigma / Deviation(1 << 16, 0.5);
        var values = MemoryMarshal.Cast<byte, short>(blocks);
        foreach (ref var value in values) value = BitConverter.HalfToInt16Bits((Half)(value * scale));
    }

    // d | 32 bytes, −127 … 127: quantisers never write −128.
    static void FillQ8_0(Span<byte> blocks, float sigma, ref SplitMix64 random)
    {
        random.Fill(blocks);
        blocks.Replace((byte)0x80, (byte)0);
        for (; blocks.Length > 0; blocks = blocks[34..]) WriteHalf(blocks, 0, sigma / Deviation(255));
    }

    // d | quants around −½: the sign of d is random, so that the mean is 0.
    static void FillSigned(Span<byte> blocks, int size, float scale, ref SplitMix64 random)
    {
        random.Fill(blocks);
        for (; blocks.Length > 0; blocks = blocks[size..]) WriteHalf(blocks, 0, blocks[0] < 128 ? scale : -scale);
    }

    // d | m | quants ≥ 0: the minimum moves their middle to 0.
    static void FillWithMinimum(Span<byte> blocks, int size, float scale, float minimum, ref SplitMix64 random)
    {
        random.Fill(blocks);
        for (; blocks.Length > 0; blocks = blocks[size..])
        {
            WriteHalf(blocks, 0, scale);
            WriteHalf(blocks, 2, scale * minimum);
        }
    }

    // Signed scales and quants around −½, and d: the products of their random signs have the mean 0.
    static void FillScaled(Span<byte> blocks, int size, int factor, float scale, ref SplitMix64 random)
    {
        random.Fill(blocks);
        for (; blocks.Length > 0; blocks = blocks[size..]) WriteHalf(blocks, factor, scale);
    }

    // d and dmin at `factors`, `scales` of 0 … n − 1 and minima alike, quants. Setting the uppermost bit of all scales and minima makes them
    // n/2 … n − 1, so that no group vanishes.
    static void FillGrouped(
        Span<byte> blocks, int size, int factors, int quants, int scales, Range packed, byte uppermost, float sigma, ref SplitMix64 random)
    {
        double scaleMean = 0.75 * scales - 0.5, scaleVariance = (scales * scales / 4.0 - 1) / 12;
        var middle = (quants - 1) / 2.0;
        var quantVariance = (quants * quants - 1) / 12.0;
        // w = s·q − middle·m = s·(q − middle) + middle·(s − m)
        var deviation = Math.Sqrt(quantVariance * (scaleMean * scaleMean + scaleVariance) + middle * middle * 2 * scaleVariance);
        var scale = (float)(sigma / deviation);
        random.Fill(blocks);
        for (; blocks.Length > 0; blocks = blocks[size..])
        {
            WriteHalf(blocks, factors, scale);
            WriteHalf(blocks, factors + 2, scale * (float)middle);
            foreach (ref var pair in blocks[packed]) pair |= uppermost;
        }
    }

    // 192 bytes of quants around −½ | 16 signed scales | d. Scales are ±64 … ±127 with a random sign, so that the mean is 0.
    static void FillQ6_K(Span<byte> blocks, float sigma, ref SplitMix64 random)
    {
        const double scaleMean = 95.5, scaleVariance = (64 * 64 - 1) / 12.0;
        var scale = sigma / (float)(Deviation(64, 0.5) * Math.Sqrt(scaleMean * scaleMean + scaleVariance));
        random.Fill(blocks);
        for (; blocks.Length > 0; blocks = blocks[210..])
        {
            foreach (ref var group in blocks[192..208])
            {
                var size = 64 | group & 63;
                group = (byte)(group < 128 ? size : -size);
            }
            WriteHalf(blocks, 208, scale);
        }
    }

    static void WriteHalf(Span<byte> block, int offset, float value) =>
        BinaryPrimitives.WriteHalfLittleEndian(block[offset..], (Half)value);
}
