using System.Diagnostics;
using CoderLsp.Kernels;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Benchmarks;

/// <summary>
/// Each type's products with one token and small batches, by all threads, of weights that come from memory: against a plain read of as many bytes
/// by the same threads, which decoding cannot exceed. Reads and products take turns, and the best of each counts.
/// </summary>
static unsafe class DecodingBenchmark
{
    const int Columns = 2048, Rounds = 8;
    const long Bytes = 192 << 20; // more than the caches hold
    static readonly int[] Tokens = [1, 2, 4, 8];

    public static void Run(TextWriter output, string[] arguments)
    {
        foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            using var pool = new ComputePool(threads);
            using var products = new MatMul(pool);
            using var memory = new NativeBuffer<byte>(Bytes);
            output.WriteLine($"{threads} threads: bytes of weights a second with one token, of a plain read; a batch's time in that of one token");
            foreach (var kernel in KernelRegistry.Kernels.Where(kernel => InstructionSets.IsSupported(kernel.Set) && kernel.Set != InstructionSet.Scalar))
            {
                if (arguments.Length > 0 && !arguments.Contains(kernel.Type.ToString())) continue;
                BenchmarkWeights.Fill(kernel.Type, memory.Span(0, (int)Bytes));
                var rowBytes = BlockLayouts.RowBytes(kernel.Type, Columns);
                var rows = (int)(Bytes / rowBytes);
                var matrix = new Matrix(kernel, (nint)memory.Data, rows, Columns);
                var read = double.MaxValue;
                var best = Enumerable.Repeat(double.MaxValue, Tokens.Length).ToArray();
                for (var round = 0; round < Rounds; round++)
                {
                    read = Math.Min(read, Bytes / KernelBenchmark.Read(pool, memory.Data, Bytes));
                    for (var i = 0; i < Tokens.Length; i++) best[i] = Math.Min(best[i], Seconds(products, matrix, Tokens[i]));
                }

                var speed = rowBytes * rows / best[0];
                output.WriteLine(
                    $"{kernel.Type,-8}{kernel.Set,-7}{speed / 1e9,6:F1} of {Bytes / read / 1e9:F1} GB/s, {speed * read / Bytes,4:P0}"
                    + string.Concat(Tokens.Skip(1).Select((tokens, i) => $"   {tokens} tokens × {best[i + 1] / best[0]:F2}")));
            }
        }
    }

    static double Seconds(MatMul products, Matrix matrix, int tokens)
    {
        using var activations = new Activations();
        activations.Begin(tokens, Columns);
        for (var i = 0; i < tokens * Columns; i++) activations.Values[i] = i % 17 - 8;
        using var result = new NativeBuffer<float>((long)tokens * matrix.Rows);
        var product = new Product(matrix, (nint)result.Data, matrix.Rows);
        var start = Stopwatch.GetTimestamp();
        products.Run(activations, product);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
