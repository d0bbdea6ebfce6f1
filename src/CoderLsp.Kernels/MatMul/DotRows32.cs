using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// <see cref="Rows32{TBlock, TTokens}"/> with Arm's dot products. The blocks of even and of odd number have a sum each, for each addition waits for
/// the last one; that is the same for any number of tokens, so that a token's results have the same bits in any batch.
/// </summary>
static unsafe class DotRows32<TBlock, TTokens> where TBlock : unmanaged, IBlock32<TBlock> where TTokens : struct, ITokenCount
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in RowRange rows)
    {
        int columns = rows.Columns, blocks = columns / 32;
        for (var r = rows.FirstRow; r < rows.EndRow; r++)
        {
            var block = (TBlock*)(rows.Weights + r * rows.RowBytes);
            var x = rows.X.Values;
            float* dx = rows.X.Scales, sums = rows.X.Sums32;
            Vector128<float> y0 = default, y1 = default, y2 = default, y3 = default, z0 = default, z1 = default, z2 = default, z3 = default;
            float m0 = 0, m1 = 0, m2 = 0, m3 = 0;
            var end = block + blocks;
            for (; block <= end - 2; block += 2, x += 64, dx += 2, sums += 2)
            {
                Add(block, x, columns, dx, sums, ref y0, ref y1, ref y2, ref y3, ref m0, ref m1, ref m2, ref m3);
                Add(block + 1, x + 32, columns, dx + 1, sums + 1, ref z0, ref z1, ref z2, ref z3, ref m0, ref m1, ref m2, ref m3);
            }

            if (block < end) Add(block, x, columns, dx, sums, ref y0, ref y1, ref y2, ref y3, ref m0, ref m1, ref m2, ref m3);
            if (TTokens.Count == 1) rows.Store(r, Vector128.Sum(y0 + z0) - m0);
            else if (TTokens.Count == 2) rows.Store(r, Vector128.Sum(y0 + z0) - m0, Vector128.Sum(y1 + z1) - m1);
            else rows.Store(r, Vector128.Sum(y0 + z0) - m0, Vector128.Sum(y1 + z1) - m1, Vector128.Sum(y2 + z2) - m2, Vector128.Sum(y3 + z3) - m3);
        }
    }

    /// <summary>A block times all tokens, whose values, scales and sums are <paramref name="columns"/> apart, and as many blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(
        TBlock* block, sbyte* x, int columns, float* dx, float* sums,
        ref Vector128<float> y0, ref Vector128<float> y1, ref Vector128<float> y2, ref Vector128<float> y3,
        ref float m0, ref float m1, ref float m2, ref float m3)
    {
        var (first, second) = SignedWeights<TBlock>.Read(block, 0);
        float scale = TBlock.Scale(block), minimum = SignedWeights<TBlock>.HasMinima ? TBlock.Minimum(block) : 0;
        var blocks = columns / 32;
        Add(first, second, x, scale, minimum, *dx, sums, ref y0, ref m0);
        if (TTokens.Count > 1) Add(first, second, x + columns, scale, minimum, dx[blocks], sums + blocks, ref y1, ref m1);
        if (TTokens.Count > 2)
        {
            Add(first, second, x + 2 * columns, scale, minimum, dx[2 * blocks], sums + 2 * blocks, ref y2, ref m2);
            Add(first, second, x + 3 * columns, scale, minimum, dx[3 * blocks], sums + 3 * blocks, ref y3, ref m3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(
        Vector128<sbyte> first, Vector128<sbyte> second, sbyte* x, float scale, float minimum, float dx, float* sum, ref Vector128<float> y, ref float minima)
    {
        var products = Vector128.ConvertToSingle(SignedWeights<TBlock>.Dot(first, second, x));
        y = Vector128.FusedMultiplyAdd(products, Vector128.Create(scale * dx), y);
        if (SignedWeights<TBlock>.HasMinima) minima = MathF.FusedMultiplyAdd(minimum * dx, *sum, minima);
    }
}
