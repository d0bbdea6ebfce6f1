using System.Text;
using CoderLsp.Completion;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Sampling;

namespace CoderLsp.ContextBench;

/// <summary>
/// The most probable line that is found by following several continuations side by side, in place of taking the most probable token each
/// time. For measuring what that is worth: each token of each continuation computes the whole text.
/// </summary>
sealed class BeamSearch(Engine engine, int width)
{
    readonly Mixture _mixture = new();

    /// <param name="Tokens">The prompt's and the generated ones.</param>
    /// <param name="Bytes">Generated, the required ones included.</param>
    sealed record Line(int[] Tokens, byte[] Bytes, double LogProbability);

    public async Task<InfillResult> RunAsync(
        int[] prompt, byte[] required, int maxTokens, bool mustBegin, ITokenPrior? prior, CancellationToken cancellation)
    {
        List<Line> open = [new(prompt, [], 0)];
        Line? best = null;
        for (var step = 0; step < maxTokens && open.Count > 0; step++)
        {
            var next = new List<Line>();
            foreach (var line in open) next.AddRange(await ContinueAsync(line, required, mustBegin, prior, cancellation));
            next = [.. next.OrderByDescending(line => line.LogProbability).Take(width)];
            foreach (var line in next.Where(line => Ends(line, required)))
                if (best is null || line.LogProbability > best.LogProbability) best = line;
            // A continuation only becomes less probable.
            open = [.. next.Where(line => !Ends(line, required) && (best is null || line.LogProbability > best.LogProbability))];
        }
        var end = best is null ? InfillEnd.TokenLimit : InfillEnd.StopRule;
        best ??= open[0];
        var text = Encoding.UTF8.GetString(best.Bytes.AsSpan(Math.Min(required.Length, best.Bytes.Length)));
        return new(text, end, best.LogProbability / Math.Max(1, best.Tokens.Length - prompt.Length), default);
    }

    async Task<IEnumerable<Line>> ContinueAsync(Line line, byte[] required, bool mustBegin, ITokenPrior? prior, CancellationToken cancellation)
    {
        float[] logits = [];
        await engine.EvaluateAsync(line.Tokens, line.Tokens.Length, (position, row) =>
        {
            if (position == line.Tokens.Length - 1) logits = row.ToArray();
        }, cancellation);
        if (mustBegin && Text(line, required).Trim(" \t"u8).IsEmpty)
            for (var id = 0; id < logits.Length; id++)
                if (engine.Tokenizer.Special.IsEndOfGeneration(id) || IsLineBreak(id, required.Length - line.Bytes.Length)) logits[id] = float.NegativeInfinity;
        if (prior is not null) _mixture.Apply(prior, line.Tokens, logits);
        var allowed = new List<int>();
        if (line.Bytes.Length < required.Length) engine.Tokenizer.Trie.FindCompatible(required.AsSpan(line.Bytes.Length), allowed);
        var choice = allowed.Count > 0 ? allowed : Enumerable.Range(0, logits.Length);
        return choice.OrderByDescending(id => logits[id]).Take(width).Select(id => new Line(
            [.. line.Tokens, id], [.. line.Bytes, .. engine.Tokenizer.Vocabulary.Bytes(id)], line.LogProbability + Logits.LogProbability(logits, id, [.. allowed])));
    }

    bool Ends(Line line, byte[] required) => engine.Tokenizer.Special.IsEndOfGeneration(line.Tokens[^1]) || Text(line, required).Contains((byte)'\n');

    bool IsLineBreak(int token, int from)
    {
        var bytes = engine.Tokenizer.Vocabulary.Bytes(token);
        return bytes.Length > Math.Max(0, from) && bytes[Math.Max(0, from)..].TrimStart(" \t"u8) is [(byte)'\n' or (byte)'\r', ..];
    }

    static ReadOnlySpan<byte> Text(Line line, byte[] required) => line.Bytes.AsSpan(Math.Min(required.Length, line.Bytes.Length));
}
