namespace CoderLsp.PeerBench;

/// <summary>Measures the engines in turn, so that what changes on the machine meanwhile meets all of them.</summary>
sealed class Comparison(IReadOnlyList<Contender> contenders, int threads, int rounds, Action<string> log)
{
    /// <summary>Every engine in every test on a file: first a trial of each of its configurations, then rounds with the fastest of them.</summary>
    public async Task<List<Measurement>> MeasureAsync(string model, string type, IReadOnlyList<SpeedTest> tests)
    {
        var results = new List<Measurement>();
        foreach (var test in tests)
        {
            var runners = new List<(Contender Contender, Configuration Configuration, List<double> Samples)>();
            foreach (var contender in contenders)
            {
                var (configuration, problem) = await FastestAsync(contender, model, type, test);
                var samples = new List<double>();
                if (configuration is not null) runners.Add((contender, configuration, samples));
                results.Add(new(type, test, contender.Name, configuration, samples, problem));
            }

            for (var round = 1; round <= rounds; round++)
                foreach (var (contender, configuration, samples) in runners)
                    samples.Add(await TimeAsync(contender, configuration, model, type, test, $"round {round}"));
        }

        return results;
    }

    async Task<(Configuration? Fastest, string? Problem)> FastestAsync(Contender contender, string model, string type, SpeedTest test)
    {
        if (contender.Program is null) return (null, "not there");
        if (contender.Configurations is [var only]) return (only, null);
        var (fastest, best, problem) = (default(Configuration), 0.0, default(string));
        var shorter = test with { Prompt = test.Prompt / 4, Depth = test.Depth / 4 }; // a quarter shows which is faster, too, and the whole may take a minute
        foreach (var configuration in contender.Configurations)
        {
            try
            {
                var speed = await TimeAsync(contender, configuration, model, type, shorter, "trial");
                if (speed > best) (fastest, best) = (configuration, speed);
            }
            catch (InvalidOperationException failure)
            {
                log($"{type} {test.Name} {contender.Name}, {configuration.Label}: {failure.Message}");
                problem = failure.Message;
            }
        }

        return fastest is null ? (null, problem) : (fastest, null);
    }

    async Task<double> TimeAsync(Contender contender, Configuration configuration, string model, string type, SpeedTest test, string when)
    {
        var speed = await contender.MeasureAsync(model, test, threads, configuration);
        log($"{type} {test.Name} {when}: {contender.Name}{(configuration.Label is "" ? "" : $", {configuration.Label}")}: {speed:F2} tokens/s");
        return speed;
    }
}
