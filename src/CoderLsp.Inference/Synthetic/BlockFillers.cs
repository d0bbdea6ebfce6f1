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
        TensorType.F32 => FillNorm,
        TensorType.F16 => FillF16,
        TensorType.Q8_0 => FillQ8_0,
        TensorType.Q4_0 => (blocks, sigma, ref random) => FillSigned(blocks, 18, sigma / Deviation(16, 0.5), ref random),
        TensorType.Q5_0 => (blocks, sigma, ref random) => FillSigned(blocks, 22, sigma / Deviation(32, 0.5), ref random),
        TensorType.Q4_1 => (blocks, sigma, ref random) => FillWithMinimum(blocks, 20, sigma / Deviation(16), -7.5f, ref random),
        TensorType.Q5_1 => (blocks, sigma, ref random) => FillWithMinimum(blocks, 24, sigma / Deviation(32), -15.5f, ref random),
        TensorType.Q4_K => (blocks, sigma, ref random) => FillGrouped(blocks, 144, 16, sigma, ref random),
        TensorType.Q5_K => (blocks, sigma, ref random) => FillGrouped(blocks, 176, 32, sigma, ref random),
        TensorType.Q6_K => FillQ6_K,
        _ => throw new NotSupportedException($"No random weights can be made in {type}."),
    };

    /// <summary>Of a uniform number of so many values whose mean is off by <paramref name="bias"/>: √((n² − 1)/12 + bias²).</summary>
    static float Deviation(int values, double bias = 0) => (float)Math.Sqrt((values * (double)values - 1) / 12 + bias * bias);

    // Vectors of norms: near 1, as in trained models.
    static void FillNorm(Span<byte> blocks, float sigma, ref SplitMix64 random)
    {
        foreach (ref var value in MemoryMarshal.Cast<byte, float>(blocks)) value = 1 + (random.Next(2001) - 1000) * 1e-4f;
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

    // d | dmin | 12 bytes of packed 6-bit scales and minima | quants. The uppermost bit of all scales and minima lies in bits 5 and 7
    // of the first eight bytes; setting it makes them 32 … 63, so that no group vanishes.
    static void FillGrouped(Span<byte> blocks, int size, int quants, float sigma, ref SplitMix64 random)
    {
        const double scaleMean = 47.5, scaleVariance = (32 * 32 - 1) / 12.0;
        var middle = (quants - 1) / 2.0;
        var quantVariance = (quants * quants - 1) / 12.0;
        // w = s·q − middle·m = s·(q − middle) + middle·(s − m)
        var deviation = Math.Sqrt(quantVariance * (scaleMean * scaleMean + scaleVariance) + middle * middle * 2 * scaleVariance);
        var scale = (float)(sigma / deviation);
        random.Fill(blocks);
        for (; blocks.Length > 0; blocks = blocks[size..])
        {
            WriteHalf(blocks, 0, scale);
            WriteHalf(blocks, 2, scale * (float)middle);
            foreach (ref var packed in blocks[4..12]) packed |= 0b1010_0000;
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
