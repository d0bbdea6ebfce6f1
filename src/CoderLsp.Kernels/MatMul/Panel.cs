using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// Eight rows of weights, unpacked to bytes and interleaved, with the scales and minima of their groups beside them:
/// <code>
/// weights: for each 4 columns   | row 0: 4 bytes | row 1 | … | row 7 |    one vector, a lane is a row
/// scales, minima: for each group of columns   | row 0 | … | row 7 |       float
/// </code>
/// </summary>
unsafe readonly struct Panel<TBlock> where TBlock : unmanaged, IBlockFormat<TBlock>
{
    public const int Rows = 8;

    public readonly byte* Weights;
    public readonly float* Scales, Minima;

    /// <param name="memory"><see cref="MaxBytes"/> large, aligned to 32.</param>
    public Panel(byte* memory, int columns)
    {
        Weights = memory;
        Scales = (float*)(memory + (long)Rows * columns);
        Minima = Scales + Rows * (columns / TBlock.GroupSize);
    }

    /// <summary>Memory for a panel of any type: groups have at least 16 columns. A multiple of 64.</summary>
    public static long MaxBytes(int columns) => (Rows * (columns + 2L * sizeof(float) * (columns / 16L)) + 63) & ~63L;

    /// <summary>Fills the panel from <paramref name="count"/> rows; one of fewer than 8 repeats its last row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(byte* firstRow, long rowBytes, int count, int columns)
    {
        var groups = TBlock.BlockSize / TBlock.GroupSize;
        var groupScales = stackalloc float[groups];
        var groupMinima = stackalloc float[groups];
        var row = stackalloc TBlock*[Rows];
        for (var j = 0; j < Rows; j++) row[j] = (TBlock*)(firstRow + Math.Min(j, count - 1) * rowBytes);

        byte* weights = Weights;
        float* scales = Scales, minima = Minima;
        for (var b = 0; b < columns / TBlock.BlockSize; b++)
        {
            for (var part = 0; part < TBlock.BlockSize / 32; part++, weights += 32 * Rows)
                Interleave(
                    TBlock.Unpack32(row[0] + b, part), TBlock.Unpack32(row[1] + b, part),
                    TBlock.Unpack32(row[2] + b, part), TBlock.Unpack32(row[3] + b, part),
                    TBlock.Unpack32(row[4] + b, part), TBlock.Unpack32(row[5] + b, part),
                    TBlock.Unpack32(row[6] + b, part), TBlock.Unpack32(row[7] + b, part), weights);
            for (var j = 0; j < Rows; j++)
            {
                TBlock.Scales(row[j] + b, groupScales, groupMinima);
                for (var g = 0; g < groups; g++)
                {
                    scales[g * Rows + j] = groupScales[g];
                    minima[g * Rows + j] = groupMinima[g];
                }
            }

            scales += groups * Rows;
            minima += groups * Rows;
        }
    }

    /// <summary>Transposes 8 × 8 groups of 4 bytes: vector k of the target holds group k of every row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Interleave(
        Vector256<byte> r0, Vector256<byte> r1, Vector256<byte> r2, Vector256<byte> r3,
        Vector256<byte> r4, Vector256<byte> r5, Vector256<byte> r6, Vector256<byte> r7, byte* target)
    {
        // Pairs of rows, then fours, inside each half; the last step joins the halves.
        var (p0, p1) = Zip32(r0, r1);
        var (p2, p3) = Zip32(r2, r3);
        var (p4, p5) = Zip32(r4, r5);
        var (p6, p7) = Zip32(r6, r7);
        Store(p0, p2, p4, p6, target, 0);
        Store(p1, p3, p5, p7, target, 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<long>, Vector256<long>) Zip32(Vector256<byte> a, Vector256<byte> b) =>
        (Avx2.UnpackLow(a.AsInt32(), b.AsInt32()).AsInt64(), Avx2.UnpackHigh(a.AsInt32(), b.AsInt32()).AsInt64());

    /// <summary>From pairs of rows with groups k, k + 1 in the lower half and k + 4, k + 5 in the upper: writes these four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector256<long> rows01, Vector256<long> rows23, Vector256<long> rows45, Vector256<long> rows67, byte* target, int k)
    {
        var first = Avx2.UnpackLow(rows01, rows23);
        var firstHigh = Avx2.UnpackLow(rows45, rows67);
        var second = Avx2.UnpackHigh(rows01, rows23);
        var secondHigh = Avx2.UnpackHigh(rows45, rows67);
        Avx2.Permute2x128(first, firstHigh, 0x20).AsByte().Store(target + 32 * k);
        Avx2.Permute2x128(second, secondHigh, 0x20).AsByte().Store(target + 32 * (k + 1));
        Avx2.Permute2x128(first, firstHigh, 0x31).AsByte().Store(target + 32 * (k + 4));
        Avx2.Permute2x128(second, secondHigh, 0x31).AsByte().Store(target + 32 * (k + 5));
    }
}
