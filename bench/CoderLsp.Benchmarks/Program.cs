using CoderLsp.Benchmarks;

// dotnet run -c Release --project bench/CoderLsp.Benchmarks -- NAME [ARGUMENTS]
var benchmarks = new SortedDictionary<string, Action<TextWriter, string[]>>
{
    ["attention"] = AttentionBenchmark.Run,
    ["cancellation"] = CancellationBenchmark.Run,
    ["decoding"] = DecodingBenchmark.Run,
    ["kernels"] = KernelBenchmark.Run,
    ["sharing"] = SharingBenchmark.Run,
    ["snapshots"] = SnapshotBenchmark.Run,
    ["speculation"] = SpeculationBenchmark.Run,
    ["tokenization"] = TokenizationBenchmark.Run,
};

var output = Console.Out;
if (args.Length > 0 && benchmarks.TryGetValue(args[0], out var run))
{
    run(output, args[1..]);
    return 0;
}
output.WriteLine($"Which benchmark? {string.Join(", ", benchmarks.Keys)}");
return 2;
