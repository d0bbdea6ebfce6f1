using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CoderLsp.Kernels;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Benchmarks;

/// <summary>
/// Each type's products on one thread with the weights in the second-level cache: what a kernel can do when memory does not hold it up.
/// One token: bytes of weights a second (to be held against the memory's bandwidth); 128 tokens, a chunk of a prompt, or as many
/// as <c>--tokens</c> says: multiplications a second (to be held against <see cref="MultiplierLimit"/>). Between 8 and 9 at the latest the way changes from few tokens to many.
/// </summary>
static unsafe class KernelBenchmark
{
    const int FewTokens = MatMul.FewTokensLimit;
    const int Rows = 128, Columns = 2048, Runs = 60;

    public static void Run(TextWriter output, string[] arguments)
    {
        var tokensAt = Array.IndexOf(arguments, "--tokens");
        var tokens = tokensAt < 0 ? 128 : int.Parse(arguments[tokensAt + 1], CultureInfo.InvariantCulture);
        var types = tokensAt < 0 ? arguments : [.. arguments[..tokensAt], .. arguments[(tokensAt + 2)..]];
        foreach (var threads in new[] { 1, Environment.ProcessorCount }) output.WriteLine($"plain read of memory, {threads} threads: {ReadBandwidth(threads) / 1e9:F1} GB/s");
        output.WriteLine($"{"type",-6} {"kernel",-7} {"1 token",12} {"8 tokens",14} {"9 tokens",14} {$"{tokens} tokens",16}  products and sums alone");
        using var pool = new ComputePool(1);
        using var products = new MatMul(pool);
        foreach (var kernel in KernelRegistry.Kernels.Where(kernel => InstructionSets.IsSupported(kernel.Set)))
        {
            if (types.Length > 0 && !types.Contains(kernel.Type.ToString())) continue;
            var bytes = BlockLayouts.RowBytes(kernel.Type, Columns) * Rows;
            using var memory = new NativeBuffer<byte>(bytes);
            BenchmarkWeights.Fill(kernel.Type, memory.Span(0, (int)bytes));
            var matrix = new Matrix(kernel, (nint)memory.Data, Rows, Columns);
            double one = Seconds(products, matrix, 1), few = Seconds(products, matrix, FewTokens), more = Seconds(products, matrix, FewTokens + 1), many = Seconds(products, matrix, tokens);
            // The machine's speed changes within a run: each type has the limit of its moment.
            var limit = kernel.Set == InstructionSet.Avx2 ? $" {MultiplierLimit.Measure() / 1e9,8:F1} GMAC/s" : "";
            output.WriteLine(
                $"{kernel.Type,-6} {kernel.Set,-7} {bytes / one / 1e9,7:F1} GB/s {Rate(FewTokens, few),7:F1} GMAC/s {Rate(FewTokens + 1, more),7:F1} GMAC/s {Rate(tokens, many),9:F1} GMAC/s{limit}");
        }
    }

    static double Rate(int tokens, double seconds) => (double)tokens * Rows * Columns / seconds / 1e9;

    /// <summary>Bytes a second that threads read of 512 MB and do nothing with: what decoding cannot exceed.</summary>
    static double ReadBandwidth(int threads)
    {
        const long bytes = 512 << 20;
        using var pool = new ComputePool(threads);
        using var memory = new NativeBuffer<byte>(bytes);
        return Enumerable.Range(0, 8).Max(_ => Read(pool, memory.Data, bytes));
    }

    /// <summary>The same of one read of <paramref name="bytes"/>, which are a multiple of 1 MB.</summary>
    public static double Read(ComputePool pool, byte* memory, long bytes)
    {
        var job = new ReadJob { Memory = memory, Chunk = 1 << 20 };
        var start = Stopwatch.GetTimestamp();
        pool.Run(ref job, (int)(bytes / job.Chunk));
        return bytes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    struct ReadJob : IParallelJob
    {
        public byte* Memory;
        public int Chunk;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int worker, int first, int last)
        {
            Vector256<byte> a = default, b = default, c = default, d = default;
            for (var p = Memory + (long)first * Chunk; p < Memory + (long)last * Chunk; p += 128)
            {
                a ^= Vector256.Load(p);
                b ^= Vector256.Load(p + 32);
                c ^= Vector256.Load(p + 64);
                d ^= Vector256.Load(p + 96);
            }

            if ((a ^ b ^ c ^ d) == Vector256<byte>.AllBitsSet) Memory[0] = 1; // so that the reads are needed
        }
    }

    /// <summary>The best of many runs of about 3 ms each: what the kernel can do, whatever else the machine does.</summary>
    static double Seconds(MatMul products, Matrix matrix, int tokens)
    {
        using var activations = new Activations();
        activations.Begin(tokens, Columns);
        for (var i = 0; i < tokens * Columns; i++) activations.Values[i] = i % 17 - 8;
        using var result = new NativeBuffer<float>(tokens * Rows);
        var product = new Product(matrix, (nint)result.Data, Rows);
        var samples = new double[Runs];
        var count = 1;
        for (var run = -3; run < Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++) products.Run(activations, product);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (run < 0) count = Math.Max(1, (int)(0.003 / (seconds / count)));
            else samples[run] = seconds / count;
        }

        return samples.Min();
    }
}
