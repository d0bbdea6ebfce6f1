using CoderLsp.Inference.Sampling;
using CoderLsp.Inference.Scheduling;

namespace CoderLsp.Inference.Generation;

/// <summary>Whether to stop, given the text generated so far. Called on the model's thread after each token; must be quick.</summary>
public delegate bool StopRule(ReadOnlySpan<char> text);

/// <summary>A text to be continued.</summary>
public sealed record GenerationRequest
{
    /// <summary>All tokens of the prompt, BOS included where wanted; at least one.</summary>
    public required IReadOnlyList<int> Prompt { get; init; }

    /// <summary>Bytes that the continuation must begin with (token healing); they are left out of the result's text.</summary>
    public ReadOnlyMemory<byte> Required { get; init; }

    /// <summary>Most tokens after <see cref="Required"/> is through.</summary>
    public required int MaxTokens { get; init; }

    public SamplingOptions Sampling { get; init; } = SamplingOptions.Greedy;

    /// <summary>How urgent it is beside the model's other work.</summary>
    public WorkPriority Priority { get; init; } = WorkPriority.Suggestion;

    /// <summary>Null: only an end token, the limit or the end of the context stops.</summary>
    public StopRule? Stop { get; init; }

    /// <summary>
    /// Whether the text must begin on the line that the prompt ends in: until it has more than white space, neither a line break nor
    /// the end is chosen.
    /// </summary>
    public bool MustBegin { get; init; }

    /// <summary>Knows from elsewhere than the model what may come next; null: only the model is asked.</summary>
    public ITokenPrior? Prior { get; init; }

    /// <summary>Whether tokens that end a text are passed over like any other (for measurements).</summary>
    public bool IgnoreEnd { get; init; }
}

/// <summary>What it cost to have a text in the KV cache.</summary>
/// <param name="CachedTokens">Tokens that were there.</param>
/// <param name="ComputedTokens">Tokens that were not.</param>
public readonly record struct PrefillResult(int CachedTokens, int ComputedTokens);

/// <summary>Why a generation ended.</summary>
public enum GenerationEnd
{
    /// <summary>The model chose a token that ends a text.</summary>
    EndOfText,

    /// <summary><see cref="GenerationRequest.Stop"/> said so.</summary>
    StopRule,

    /// <summary><see cref="GenerationRequest.MaxTokens"/> tokens, or the context is full.</summary>
    TokenLimit,
}

/// <param name="Text">The continuation, without the required bytes; whole characters only.</param>
/// <param name="Tokens">All tokens chosen, those of the required bytes included, an end token not.</param>
/// <param name="MeanLogProbability">Mean natural-log probability of <paramref name="Tokens"/>, given the required bytes; 0 when there are none.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">Of these, found in the KV cache.</param>
public sealed record GenerationResult(
    string Text, IReadOnlyList<int> Tokens, GenerationEnd End, double MeanLogProbability,
    int PromptTokens, int CachedTokens, TimeSpan PromptTime, TimeSpan GenerateTime)
{
    /// <summary>Tokens that were computed before they were chosen.</summary>
    public int DraftedTokens { get; init; }

    /// <summary>Those of <see cref="DraftedTokens"/> that were chosen.</summary>
    public int AcceptedTokens { get; init; }
}
