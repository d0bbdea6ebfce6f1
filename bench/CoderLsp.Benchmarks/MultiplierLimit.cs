using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CoderLsp.Kernels;

namespace CoderLsp.Benchmarks;

/// <summary>
/// What an AVX2 core can do of a prompt's products at most: a tile of 2 vectors of weights and 4 tokens, bytes times bytes to words (pmaddubsw) and
/// words onto sums (paddw), from the first-level cache, with no scale, no minimum and no unpacking.
/// </summary>
static unsafe class MultiplierLimit
{
    const int Steps = 128, Repeats = 400, Runs = 60;
    const int WeightBytes = 64, TokenBytes = 4;

    /// <summary>Multiplications a second, the best of many runs, some 15 ms in all. Needs AVX2.</summary>
    public static double Measure()
    {
        using var weights = new NativeBuffer<byte>(Steps * WeightBytes);
        using var tokens = new NativeBuffer<byte>(4 * Steps * TokenBytes);
        using var sums = new NativeBuffer<short>(16);
        weights.Span(0, Steps * WeightBytes).Fill(15);
        tokens.Span(0, 4 * Steps * TokenBytes).Fill(3);
        var best = double.MaxValue;
        for (var run = 0; run < Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Repeats; i++) Tile(weights.Data, (sbyte*)tokens.Data, sums.Data);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return (double)Repeats * Steps * WeightBytes * 4 / best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Tile(byte* weights, sbyte* tokens, short* sums)
    {
        Vector256<short> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        const int token = Steps * TokenBytes;
        for (var end = weights + Steps * WeightBytes; weights < end; weights += WeightBytes, tokens += TokenBytes)
        {
            var a = Vector256.Load(weights);
            var b = Vector256.Load(weights + 32);
            Step(a, b, tokens, ref a0, ref b0);
            Step(a, b, tokens + token, ref a1, ref b1);
            Step(a, b, tokens + 2 * token, ref a2, ref b2);
            Step(a, b, tokens + 3 * token, ref a3, ref b3);
        }
        (a0 ^ a1 ^ a2 ^ a3 ^ b0 ^ b1 ^ b2 ^ b3).Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(Vector256<byte> a, Vector256<byte> b, sbyte* token, ref Vector256<short> sumA, ref Vector256<short> sumB)
    {
        var x = Vector256.Create(*(int*)token).AsSByte();
        sumA += Avx2.MultiplyAddAdjacent(a, x);
        sumB += Avx2.MultiplyAddAdjacent(b, x);
    }
}
