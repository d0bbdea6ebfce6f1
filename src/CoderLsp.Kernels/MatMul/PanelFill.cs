using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>The rows of a matrix of blocks that a panel is filled from. Interleaving needs AVX2.</summary>
/// <param name="rows">The first block of each.</param>
unsafe readonly struct BlockRows<TBlock>(TBlock** rows) where TBlock : unmanaged, IBlockFormat<TBlock>
{
    /// <summary>Sets <paramref name="rows"/>: those from <paramref name="first"/> on; where the matrix has fewer than the panel, its last one stands in.</summary>
    public static void Find(TBlock** rows, int panelRows, byte* first, long rowBytes, int count)
    {
        for (var r = 0; r < panelRows; r++) rows[r] = (TBlock*)(first + Math.Min(r, count - 1) * rowBytes);
    }

    /// <summary>Block <paramref name="block"/> of row <paramref name="row"/>.</summary>
    public TBlock* this[int row, int block]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => rows[row] + block;
    }

    /// <summary>
    /// 32 columns of rows <paramref name="row"/> to row + 7 as bytes, of which four neighbours of a row make up a lane:
    /// <code>target + k·stride: | row 0: columns 4k … 4k + 3 | row 1 | … | row 7 |   for k of 0–7</code>
    /// </summary>
    /// <param name="bias">Added to each byte.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Interleave(int row, int block, int part, byte bias, byte* target, int stride) => Interleaving.Transpose(
        Read(row, block, part, bias), Read(row + 1, block, part, bias), Read(row + 2, block, part, bias), Read(row + 3, block, part, bias),
        Read(row + 4, block, part, bias), Read(row + 5, block, part, bias), Read(row + 6, block, part, bias), Read(row + 7, block, part, bias),
        target, stride);

    /// <summary>The same of signed bytes, as words, of which two make up a lane; k is of 0–15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void InterleaveWords(int row, int block, int part, byte* target, int stride)
    {
        Vector256<int> r0 = Read(row, block, part, 0), r1 = Read(row + 1, block, part, 0), r2 = Read(row + 2, block, part, 0), r3 = Read(row + 3, block, part, 0);
        Vector256<int> r4 = Read(row + 4, block, part, 0), r5 = Read(row + 5, block, part, 0), r6 = Read(row + 6, block, part, 0), r7 = Read(row + 7, block, part, 0);
        Interleaving.Transpose(Low(r0), Low(r1), Low(r2), Low(r3), Low(r4), Low(r5), Low(r6), Low(r7), target, stride);
        Interleaving.Transpose(High(r0), High(r1), High(r2), High(r3), High(r4), High(r5), High(r6), High(r7), target + 8L * stride, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Vector256<int> Read(int row, int block, int part, byte bias) => (TBlock.Unpack32(this[row, block], part) + Vector256.Create(bias)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Low(Vector256<int> bytes) => Avx2.ConvertToVector256Int16(bytes.GetLower().AsSByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> High(Vector256<int> bytes) => Avx2.ConvertToVector256Int16(bytes.GetUpper().AsSByte()).AsInt32();
}

static unsafe class Interleaving
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(Vector256<int>* rows, byte* target, int stride) =>
        Transpose(rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7], target, stride);

    /// <summary>Transposes 8 × 8 lanes: vector k at <paramref name="target"/> + k·<paramref name="stride"/> holds lane k of every row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(
        Vector256<int> r0, Vector256<int> r1, Vector256<int> r2, Vector256<int> r3,
        Vector256<int> r4, Vector256<int> r5, Vector256<int> r6, Vector256<int> r7, byte* target, int stride)
    {
        // Pairs of rows, then fours, inside each half; the last step joins the halves.
        var (p0, p1) = Zip(r0, r1);
        var (p2, p3) = Zip(r2, r3);
        var (p4, p5) = Zip(r4, r5);
        var (p6, p7) = Zip(r6, r7);
        Store(p0, p2, p4, p6, target, stride);
        Store(p1, p3, p5, p7, target + 2L * stride, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<long>, Vector256<long>) Zip(Vector256<int> a, Vector256<int> b) => (Avx2.UnpackLow(a, b).AsInt64(), Avx2.UnpackHigh(a, b).AsInt64());

    /// <summary>From pairs of rows with lanes k, k + 1 in the lower half and k + 4, k + 5 in the upper: writes these four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector256<long> rows01, Vector256<long> rows23, Vector256<long> rows45, Vector256<long> rows67, byte* target, int stride)
    {
        var first = Avx2.UnpackLow(rows01, rows23);
        var firstHigh = Avx2.UnpackLow(rows45, rows67);
        var second = Avx2.UnpackHigh(rows01, rows23);
        var secondHigh = Avx2.UnpackHigh(rows45, rows67);
        Avx2.Permute2x128(first, firstHigh, 0x20).AsByte().Store(target);
        Avx2.Permute2x128(second, secondHigh, 0x20).AsByte().Store(target + stride);
        Avx2.Permute2x128(first, firstHigh, 0x31).AsByte().Store(target + 4L * stride);
        Avx2.Permute2x128(second, secondHigh, 0x31).AsByte().Store(target + 5L * stride);
    }
}
