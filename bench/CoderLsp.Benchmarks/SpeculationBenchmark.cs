using CoderLsp.Inference.Generation;

namespace CoderLsp.Benchmarks;

/// <summary>
/// What drafts save, greedily: 64 tokens that go on from each of some places of a text, and 64 of a piece of it that is written out once more,
/// as an edit does; each with and without drafts. Arguments: a model's file, and a file of source code.
/// </summary>
static class SpeculationBenchmark
{
    const int Places = 12, Tokens = 64, Prompt = 768;

    // Of a piece of the text that is begun again behind it.
    const int Piece = 384, Begun = 32;

    public static void Run(TextWriter output, string[] arguments)
    {
        if (arguments.Length < 2)
        {
            output.WriteLine("Which model, and which text?");
            return;
        }

        Compare("going on", (text, end) => text.GetRange(Math.Max(0, end - Prompt), Math.Min(end, Prompt)));
        Compare("writing it once more", (text, end) =>
        {
            var piece = text.GetRange(Math.Max(0, end - Piece), Math.Min(end, Piece));
            return [.. piece, .. piece.Take(Begun)];
        });

        void Compare(string what, Func<List<int>, int, List<int>> prompt)
        {
            var without = Measure(arguments[0], arguments[1], prompt, speculates: false);
            var with = Measure(arguments[0], arguments[1], prompt, speculates: true);
            if (!with.Tokens.SequenceEqual(without.Tokens)) output.WriteLine("The tokens are not the same.");
            output.WriteLine($"{what}: without drafts {without.Speed:F1} tokens/s, with drafts {with.Speed:F1} tokens/s: {with.Speed / without.Speed:F2} times; "
                + $"{with.Drafted} tokens drafted, {with.Accepted} of them chosen, of {with.Tokens.Count}");
        }
    }

    static (double Speed, List<int> Tokens, int Drafted, int Accepted) Measure(
        string model, string text, Func<List<int>, int, List<int>> prompt, bool speculates)
    {
        using var engine = Engine.Load(model, new EngineOptions { ContextTokens = 2048, Speculates = speculates });
        engine.WarmUpAsync().GetAwaiter().GetResult();
        var all = new List<int>();
        engine.Tokenizer.Encode(File.ReadAllText(text), all);
        var (tokens, time, drafted, accepted) = (new List<int>(), TimeSpan.Zero, 0, 0);
        for (var place = 1; place <= Places; place++)
        {
            var end = (int)((long)all.Count * place / (Places + 1));
            var result = engine.GenerateAsync(new() { Prompt = prompt(all, end), MaxTokens = Tokens, IgnoreEnd = true }).GetAwaiter().GetResult();
            tokens.AddRange(result.Tokens);
            time += result.GenerateTime;
            drafted += result.DraftedTokens;
            accepted += result.AcceptedTokens;
        }

        return (tokens.Count / time.TotalSeconds, tokens, drafted, accepted);
    }
}
