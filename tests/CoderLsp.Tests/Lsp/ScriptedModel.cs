using CoderLsp.Completion;
using CoderLsp.Completion.Prompts;

namespace CoderLsp.Tests.Lsp;

/// <summary>A model whose tokens are UTF-16 code units and whose answers the test writes.</summary>
sealed class ScriptedModel(Func<string, CancellationToken, Task<string>> answer) : IInfillModel
{
    int _running;

    public string Name => "scripted";

    public int ContextTokens => 4096;

    public InfillFormat Format { get; } = new(InfillOrder.None, Bos: null);

    /// <summary>What is drawn with a seed; the answer where it is null.</summary>
    public Func<ulong, string>? Drawn { get; init; }

    /// <summary>What happens while a prompt is computed ahead.</summary>
    public Func<string, CancellationToken, Task>? Prefill { get; init; }

    /// <summary>Calls that have begun.</summary>
    public int Calls;

    /// <summary>Calls at this moment.</summary>
    public int Running => _running;

    public void Encode(ReadOnlySpan<char> text, List<int> tokens)
    {
        foreach (var unit in text) tokens.Add(unit);
    }

    public async Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation)
    {
        Interlocked.Increment(ref Calls);
        Interlocked.Increment(ref _running);
        try
        {
            var prompt = string.Concat(request.Prompt.Select(token => (char)token)) + request.Healed;
            var text = request.Sampling is { } sampling && Drawn is not null ? Drawn(sampling.Seed) : await answer(prompt, cancellation);
            return new(text, InfillEnd.EndOfText, -0.1, new(request.Prompt.Count, 0, 1, default, default));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public async Task<int> PrefillAsync(IReadOnlyList<int> prompt, CancellationToken cancellation)
    {
        if (Prefill is not null) await Prefill(string.Concat(prompt.Select(token => (char)token)), cancellation);
        return prompt.Count;
    }
}
