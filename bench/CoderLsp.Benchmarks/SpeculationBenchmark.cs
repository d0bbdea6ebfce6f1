using CoderLsp.Inference.Generation;

namespace CoderLsp.Benchmarks;

/// <summary>
/// What drafts save: 64 tokens behind each of some places of a text, with and without them, greedily.
/// Arguments: a model's file, and a file of source code.
/// </summary>
static class SpeculationBenchmark
{
    const int Places = 12, Tokens = 64, Prompt = 768;

    public static void Run(TextWriter output, string[] arguments)
    {
        if (arguments.Length < 2)
        {
            output.WriteLine("Which model, and which text?");
            return;
        }

        var without = Measure(arguments[0], arguments[1], speculates: false);
        var with = Measure(arguments[0], arguments[1], speculates: true);
        if (!with.Tokens.SequenceEqual(without.Tokens)) output.WriteLine("The tokens are not the same.");
        output.WriteLine($"without drafts {without.Speed:F1} tokens/s, with drafts {with.Speed:F1} tokens/s: {with.Speed / without.Speed:F2} times");
        output.WriteLine($"{with.Drafted} tokens drafted, {with.Accepted} of them chosen");
    }

    static (double Speed, List<int> Tokens, int Drafted, int Accepted) Measure(string model, string text, bool speculates)
    {
        using var engine = Engine.Load(model, new EngineOptions { ContextTokens = 2048, Speculates = speculates });
        engine.WarmUpAsync().GetAwaiter().GetResult();
        var all = new List<int>();
        engine.Tokenizer.Encode(File.ReadAllText(text), all);
        var (tokens, time, drafted, accepted) = (new List<int>(), TimeSpan.Zero, 0, 0);
        for (var place = 1; place <= Places; place++)
        {
            var end = (int)((long)all.Count * place / (Places + 1));
            var prompt = all.GetRange(Math.Max(0, end - Prompt), Math.Min(end, Prompt));
            var result = engine.GenerateAsync(new() { Prompt = prompt, MaxTokens = Tokens, IgnoreEnd = true }).GetAwaiter().GetResult();
            tokens.AddRange(result.Tokens);
            time += result.GenerateTime;
            drafted += result.DraftedTokens;
            accepted += result.AcceptedTokens;
        }

        return (tokens.Count / time.TotalSeconds, tokens, drafted, accepted);
    }
}
