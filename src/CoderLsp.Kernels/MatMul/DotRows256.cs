using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using CoderLsp.Kernels.Blocks;

namespace CoderLsp.Kernels.MatMul;

/// <summary>
/// <see cref="Rows256{TBlock, TTokens}"/> with Arm's dot products: |Σu·x·scale| of a lane stays below 2^26 (64 products of 63·127·128, or 127·127·32).
/// </summary>
static unsafe class DotRows256<TBlock, TTokens> where TBlock : unmanaged, IBlock256<TBlock> where TTokens : struct, ITokenCount
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in RowRange rows)
    {
        int columns = rows.Columns, blocks = columns / 256;
        var scales = stackalloc int[16];
        var products = stackalloc Vector128<int>[8]; // (halves of a block, tokens)
        for (var r = rows.FirstRow; r < rows.EndRow; r++)
        {
            var block = (TBlock*)(rows.Weights + r * rows.RowBytes);
            var x = rows.X.Values;
            var factors = rows.X.Scales;
            var sums = rows.X.PartSums;
            Vector128<float> y0 = default, y1 = default, y2 = default, y3 = default;
            for (var end = block + blocks; block < end; block++, x += 256, sums += 16, factors++)
            {
                // Through memory, from where a load brings one to all lanes.
                var groupScales = TBlock.GroupScales(block);
                Store(groupScales.GetLower(), scales);
                if (TBlock.GroupSize == 16) Store(groupScales.GetUpper(), scales + 8);

                Parts<LowerHalf>(block, x, columns, scales, products);
                Parts<UpperHalf>(block, x, columns, scales, products + 4);

                var factor = TBlock.Factor(block);
                y0 = Add(products[0] + products[4], factor * factors[0], y0);
                if (TTokens.Count > 1) y1 = Add(products[1] + products[5], factor * factors[blocks], y1);
                if (TTokens.Count > 2)
                {
                    y2 = Add(products[2] + products[6], factor * factors[2 * blocks], y2);
                    y3 = Add(products[3] + products[7], factor * factors[3 * blocks], y3);
                }

                if (!SignedWeights<TBlock>.HasMinima) continue;
                var minima = TBlock.GroupMinima(block, groupScales);
                factor = -TBlock.MinimumFactor(block);
                y0 = Add(Minimum(minima, sums), factor * factors[0], y0);
                if (TTokens.Count > 1) y1 = Add(Minimum(minima, sums + columns / 16), factor * factors[blocks], y1);
                if (TTokens.Count > 2)
                {
                    y2 = Add(Minimum(minima, sums + 2 * (columns / 16)), factor * factors[2 * blocks], y2);
                    y3 = Add(Minimum(minima, sums + 3 * (columns / 16)), factor * factors[3 * blocks], y3);
                }
            }

            if (TTokens.Count == 1) rows.Store(r, Vector128.Sum(y0));
            else if (TTokens.Count == 2) rows.Store(r, Vector128.Sum(y0), Vector128.Sum(y1));
            else rows.Store(r, Vector128.Sum(y0), Vector128.Sum(y1), Vector128.Sum(y2), Vector128.Sum(y3));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector128<short> words, int* target)
    {
        Vector128.WidenLower(words).Store(target);
        Vector128.WidenUpper(words).Store(target + 4);
    }

    // Apart from the rest, and in halves, for the compiler inlines only so much into one method. The half is a type, so that its parts are constants.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Parts<THalf>(TBlock* block, sbyte* x, int columns, int* scales, Vector128<int>* products) where THalf : struct, IHalf
    {
        Vector128<int> i0 = default, i1 = default, i2 = default, i3 = default;
        Part(block, x, columns, scales, THalf.FirstPart, ref i0, ref i1, ref i2, ref i3);
        Part(block, x, columns, scales, THalf.FirstPart + 1, ref i0, ref i1, ref i2, ref i3);
        Part(block, x, columns, scales, THalf.FirstPart + 2, ref i0, ref i1, ref i2, ref i3);
        Part(block, x, columns, scales, THalf.FirstPart + 3, ref i0, ref i1, ref i2, ref i3);
        products[0] = i0;
        if (TTokens.Count > 1) products[1] = i1;
        if (TTokens.Count <= 2) return;
        products[2] = i2;
        products[3] = i3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Part(
        TBlock* block, sbyte* x, int columns, int* scales, int part,
        ref Vector128<int> i0, ref Vector128<int> i1, ref Vector128<int> i2, ref Vector128<int> i3)
    {
        var (first, second) = SignedWeights<TBlock>.Read(block, part);
        x += 32 * part;
        scales += part;
        i0 = AddProducts(first, second, x, scales, i0);
        if (TTokens.Count > 1) i1 = AddProducts(first, second, x + columns, scales, i1);
        if (TTokens.Count > 2)
        {
            i2 = AddProducts(first, second, x + 2 * columns, scales, i2);
            i3 = AddProducts(first, second, x + 3 * columns, scales, i3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> AddProducts(Vector128<sbyte> first, Vector128<sbyte> second, sbyte* x, int* scales, Vector128<int> sum)
    {
        if (TBlock.GroupSize == 32) return AdvSimd.MultiplyAdd(sum, SignedWeights<TBlock>.Dot(first, second, x), Vector128.Create(scales[0]));
        sum = AdvSimd.MultiplyAdd(sum, Dp.DotProduct(Vector128<int>.Zero, first, Vector128.Load(x)), Vector128.Create(scales[0]));
        return AdvSimd.MultiplyAdd(sum, Dp.DotProduct(Vector128<int>.Zero, second, Vector128.Load(x + 16)), Vector128.Create(scales[8]));
    }

    /// <summary>Σ minimum·Σx over a block's groups: |minimum| ≤ 63 and |Σx| ≤ 16·127, so a lane holds below 2^20.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> Minimum(Vector256<short> minima, short* sums)
    {
        var products = Portable.MultiplyAddAdjacent(minima, Vector256.Load(sums));
        return products.GetLower() + products.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Add(Vector128<int> sum, float factor, Vector128<float> y) =>
        Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(sum), Vector128.Create(factor), y);
}

/// <summary>A half of a block's 8 parts of 32 weights.</summary>
interface IHalf
{
    static abstract int FirstPart { get; }
}

readonly struct LowerHalf : IHalf
{
    public static int FirstPart => 0;
}

readonly struct UpperHalf : IHalf
{
    public static int FirstPart => 4;
}
