using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CoderLsp.Kernels.Blocks;
using CoderLsp.Kernels.MatMul;
using CoderLsp.TestSupport;

namespace CoderLsp.Kernels.Tests;

public sealed unsafe class BlockTests
{
    public static TheoryData<TensorType> Types() => new(KernelRegistry.SupportedTypes.Where(type => type != TensorType.F32));

    [Theory, MemberData(nameof(Types))]
    public void Dequantised_values_are_the_expected_ones_to_the_last_bit(TensorType type)
    {
        const int rows = 4, columns = 256;
        var blocks = File.ReadAllBytes(TestData.InRepository("tests", "fixtures", "parity", "dequant", $"{type}.blocks"));
        var expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(TestData.InRepository("tests", "fixtures", "parity", "dequant", $"{type}.f32"))).ToArray();
        fixed (byte* data = blocks)
        {
            var matrix = new Matrix(KernelRegistry.Find(type)!, (nint)data, rows, columns);
            ((long)blocks.Length).ShouldBe(rows * matrix.RowBytes);
            var row = new float[columns];
            for (var r = 0; r < rows; r++)
            {
                matrix.Dequantize(r, row);
                row.ShouldBe(expected.AsSpan(r * columns, columns).ToArray());
            }
        }
    }

    [Fact]
    public void Blocks_have_the_sizes_of_the_format()
    {
        Check<Q4_0>();
        Check<Q4_1>();
        Check<Q5_0>();
        Check<Q5_1>();
        Check<Q8_0>();
        Check<IQ4_NL>();
        Check<Q2_K>();
        Check<Q3_K>();
        Check<Q4_K>();
        Check<Q5_K>();
        Check<Q6_K>();
        Check<IQ1_S>();
        Check<IQ1_M>();
        Check<IQ2_XXS>();
        Check<IQ2_XS>();
        Check<IQ2_S>();
        Check<IQ3_XXS>();
        Check<IQ3_S>();
        Check<IQ4_XS>();

        static void Check<TBlock>() where TBlock : unmanaged, IBlockFormat<TBlock>
        {
            var layout = BlockLayouts.Of(TBlock.Type);
            Unsafe.SizeOf<TBlock>().ShouldBe(layout.BlockBytes, TBlock.Type.ToString());
            TBlock.BlockSize.ShouldBe(layout.BlockSize, TBlock.Type.ToString());
        }
    }

    [Fact]
    public void Weights_are_unpacked_alike_one_by_one_and_in_vectors()
    {
        Assert.SkipUnless(InstructionSets.Best != InstructionSet.Scalar, "This machine has no vectors that kernels are written for.");
        Check<Q2_K>();
        Check<Q3_K>();
        Check<Q4_K>();
        Check<Q5_K>();
        Check<Q6_K>();
        Check<IQ1_S>();
        Check<IQ1_M>();
        Check<IQ2_XXS>();
        Check<IQ2_XS>();
        Check<IQ2_S>();
        Check<IQ3_XXS>();
        Check<IQ3_S>();
        Check<IQ4_XS>();

        static void Check<TBlock>() where TBlock : unmanaged, IBlock256<TBlock>
        {
            var block = default(TBlock);
            new Random(1).NextBytes(new Span<byte>(&block, sizeof(TBlock)));
            var expected = new byte[256];
            fixed (byte* values = expected) TBlock.Unpack(&block, values);
            expected.Max(u => TBlock.IsSigned ? Math.Abs((int)(sbyte)u) : u).ShouldBeLessThanOrEqualTo(TBlock.Largest);
            for (var part = 0; part < 8; part++)
                for (var i = 0; i < 32; i++) TBlock.Unpack32(&block, part)[i].ShouldBe(expected[32 * part + i], $"{TBlock.Type}, weight {32 * part + i}");
            if (!InstructionSets.IsSupported(InstructionSet.Avx512)) return;
            for (var part = 0; part < 4; part++)
                for (var i = 0; i < 64; i++) TBlock.Unpack64(&block, part)[i].ShouldBe(expected[64 * part + i], $"{TBlock.Type}, weight {64 * part + i}");
        }
    }

    [Fact]
    public void Every_finite_half_is_read_exactly()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var half = BitConverter.UInt16BitsToHalf((ushort)bits);
            if (!Half.IsFinite(half)) continue;
            HalfBits.ToSingle((ushort)bits).ShouldBe((float)half);
        }
    }

    [Fact]
    public void Halves_are_rounded_to_nearest_with_ties_to_even_and_read_back_in_vectors()
    {
        Assert.SkipUnless(InstructionSets.Best != InstructionSet.Scalar, "This machine has no vectors that kernels are written for.");
        var random = new Random(1);
        Span<float> values = stackalloc float[16];
        Span<ushort> halves = stackalloc ushort[16];
        for (var round = 0; round < 20_000; round++)
        {
            for (var i = 0; i < values.Length; i++) // all magnitudes, ties among them, and the edges
                values[i] = (float)BitConverter.UInt16BitsToHalf((ushort)random.Next(0x7BFF)) * (random.Next(3) == 0 ? 1 + random.Next(3) / 2048f : 1) * (random.Next(2) * 2 - 1);
            fixed (float* source = values)
            fixed (ushort* target = halves)
            {
                HalfBits.FromSingle(source, target, values.Length);
                for (var i = 0; i < values.Length; i++)
                {
                    var expected = (Half)Math.Clamp(values[i], -65504f, 65504f);
                    halves[i].ShouldBe(BitConverter.HalfToUInt16Bits(expected), $"{values[i]:R}");
                }

                var read = HalfBits.ToSingle8(target);
                for (var i = 0; i < 8; i++) read[i].ShouldBe((float)BitConverter.UInt16BitsToHalf(halves[i]));
            }
        }
    }

    [Theory, InlineData(32), InlineData(256)]
    public void Activations_are_rounded_alike_in_vectors_and_one_by_one(int scaleBlock)
    {
        Assert.SkipUnless(InstructionSets.Best != InstructionSet.Scalar, "This machine has no vectors that kernels are written for.");
        const int columns = 768;
        var random = new Random(2);
        using var x = new NativeBuffer<float>(columns);
        for (var i = 0; i < columns; i++) x.Data[i] = i / scaleBlock == 1 ? 0 : (float)(random.NextDouble() - 0.5); // one block of zeros
        using Rounded a = new(columns), b = new(columns);
        ActivationRounding.RoundScalar(x.Data, columns, scaleBlock, a.Row);
        ActivationRounding.RoundVectors(x.Data, columns, scaleBlock, b.Row);
        new Span<sbyte>(b.Row.Values, columns).ToArray().ShouldBe(new Span<sbyte>(a.Row.Values, columns).ToArray());
        new Span<float>(b.Row.Scales, columns / scaleBlock).ToArray().ShouldBe(new Span<float>(a.Row.Scales, columns / scaleBlock).ToArray());
        new Span<float>(b.Row.Sums16, columns / 16).ToArray().ShouldBe(new Span<float>(a.Row.Sums16, columns / 16).ToArray());
        new Span<float>(b.Row.Sums32, columns / 32).ToArray().ShouldBe(new Span<float>(a.Row.Sums32, columns / 32).ToArray());
    }

    [Fact]
    public void Sums_by_part_are_those_of_the_first_halves_then_those_of_the_second_ones()
    {
        const int columns = 512;
        using var x = new NativeBuffer<float>(columns);
        for (var i = 0; i < columns; i++) x.Data[i] = i % 37 - 20;
        using Rounded a = new(columns);
        ActivationRounding.Round(x.Data, columns, 256, a.Row);
        for (var block = 0; block < columns / 256; block++)
            for (var part = 0; part < 8; part++)
                for (var half = 0; half < 2; half++)
                    ((float)a.Row.PartSums[16 * block + 8 * half + part]).ShouldBe(a.Row.Sums16[16 * block + 2 * part + half]);
    }

    sealed class Rounded(int columns) : IDisposable
    {
        readonly NativeBuffer<sbyte> _values = new(columns);
        readonly NativeBuffer<short> _partSums = new(columns);
        readonly NativeBuffer<float> _scales = new(columns), _sums16 = new(columns), _sums32 = new(columns);

        public ActivationRow Row => new(_values.Data, _scales.Data, _sums16.Data, _sums32.Data, _partSums.Data);

        public void Dispose()
        {
            _values.Dispose();
            _scales.Dispose();
            _sums16.Dispose();
            _sums32.Dispose();
            _partSums.Dispose();
        }
    }
}
