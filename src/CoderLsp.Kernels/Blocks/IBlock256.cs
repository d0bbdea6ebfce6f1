using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Kernels.Blocks;

/// <summary>
/// A format of blocks of 256 weights in 8 parts of 32, each of one group or two. Group scales are small whole numbers times the block's factor:
/// w = factor·scale[g]·u − minimum[g]. So a block's products are summed as integers. All but <see cref="Factor"/> needs AVX2.
/// </summary>
unsafe interface IBlock256<TSelf> : IBlockFormat<TSelf> where TSelf : unmanaged, IBlock256<TSelf>
{
    static abstract float Factor(TSelf* block);

    /// <summary>
    /// The whole-number scales: lane p of the lower half belongs to the first 16 weights of part p, lane p of the upper half to the others
    /// (which is the same one where groups have 32 weights). |scale| ≤ 128.
    /// </summary>
    static abstract Vector256<short> GroupScales(TSelf* block);

    /// <summary>Asked for where u are unsigned: 8 lanes whose sum is Σ minimum[g]·<paramref name="sums"/>[g], the sums of the groups' activations.</summary>
    static abstract Vector256<float> Minima(TSelf* block, Vector256<short> scales, float* sums);

    /// <summary>Sums of 2 neighbouring products u·x of part <paramref name="part"/>, which fit into int16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual Vector256<short> Products(TSelf* block, int part, Vector256<sbyte> x)
    {
        var u = TSelf.Unpack32(block, part);
        return TSelf.IsSigned ? Vectors.MultiplySigned(u.AsSByte(), x) : Avx2.MultiplyAddAdjacent(u, x);
    }

    static int IBlockFormat<TSelf>.BlockSize => 256;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float IBlockFormat<TSelf>.Dot(TSelf* row, int blocks, in ActivationRow activations)
    {
        var x = activations.Values;
        float* factors = activations.Scales, sums = TSelf.GroupSize == 16 ? activations.Sums16 : activations.Sums32;
        Vector256<float> sum = default, minima = default;
        for (var end = row + blocks; row < end; row++, x += 256, sums += 256 / TSelf.GroupSize)
        {
            Vectors.PrefetchAfter(row);
            var scales = TSelf.GroupScales(row);
            // Each lane holds 32 products, |u·x·scale| ≤ 63·127·128 or 127·127·32: below 2^25.
            var total = Part(row, x, scales, 0) + Part(row, x, scales, 1) + (Part(row, x, scales, 2) + Part(row, x, scales, 3));
            total += Part(row, x, scales, 4) + Part(row, x, scales, 5) + (Part(row, x, scales, 6) + Part(row, x, scales, 7));
            var factor = *factors++;
            sum = Fma.MultiplyAdd(Vector256.ConvertToSingle(total), Vector256.Create(TSelf.Factor(row) * factor), sum);
            if (!TSelf.IsSigned) minima = Fma.MultiplyAdd(TSelf.Minima(row, scales, sums), Vector256.Create(factor), minima);
        }

        return Vectors.Sum(sum - minima);
    }

    /// <summary>Σ scale·u·x of a part in 8 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Part(TSelf* block, sbyte* x, Vector256<short> scales, int part) =>
        Avx2.MultiplyAddAdjacent(TSelf.Products(block, part, Vector256.Load(x + 32 * part)), GroupScale.Spread(scales, part));
}
