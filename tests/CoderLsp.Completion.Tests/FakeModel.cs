using System.Text;
using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion.Tests;

/// <summary>
/// A model whose prompts can be read: a token is a word with the blank before it, or a single other character, and special tokens
/// print as &lt;NAME&gt;. It answers what the test says, one character at a time.
/// </summary>
sealed class FakeModel(InfillOrder order = InfillOrder.PrefixFirst, string answer = "", int contextTokens = 4096, bool middle = true) : IInfillModel
{
    static readonly string[] Special = ["<BOS>", "<PRE>", "<SUF>", "<MID>"];

    readonly List<string> _vocabulary = [.. Special];
    readonly Dictionary<string, int> _ids = [];

    public string Name => "fake";

    public int ContextTokens => contextTokens;

    public InfillFormat Format { get; init; } = new(order, Bos: 0, Prefix: 1, Suffix: 2, Middle: middle ? 3 : null);

    public bool IsSmall { get; init; }

    public double MeanLogProbability { get; init; }

    /// <summary>Characters that were tokenised so far.</summary>
    public long EncodedCharacters { get; private set; }

    public InfillRequest? LastRequest { get; private set; }

    public void Encode(ReadOnlySpan<char> text, List<int> tokens)
    {
        EncodedCharacters += text.Length;
        for (var i = 0; i < text.Length;)
        {
            var end = i + 1;
            if (char.IsLetter(text[i]) || text[i] == ' ')
                while (end < text.Length && char.IsLetter(text[end])) end++;
            var token = text[i..end].ToString();
            if (!_ids.TryGetValue(token, out var id))
            {
                _ids.Add(token, id = _vocabulary.Count);
                _vocabulary.Add(token);
            }
            tokens.Add(id);
            i = end;
        }
    }

    public string Decode(IEnumerable<int> tokens) => string.Concat(tokens.Select(t => _vocabulary[t]));

    public Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        LastRequest = request;
        var text = new StringBuilder();
        var end = InfillEnd.EndOfText;
        foreach (var c in answer)
        {
            if (text.Length == request.MaxTokens)
            {
                end = InfillEnd.TokenLimit;
                break;
            }
            text.Append(c);
            if (request.Stop?.Invoke(text.ToString()) != true) continue;
            end = InfillEnd.StopRule;
            break;
        }
        return Task.FromResult(new InfillResult(text.ToString(), end, MeanLogProbability, new(request.Prompt.Count, 0, text.Length, default, default)));
    }

    public Task<int> PrefillAsync(IReadOnlyList<int> prompt, CancellationToken cancellation) => Task.FromResult(prompt.Count);
}
