using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion;

/// <summary>
/// A language model that fills in the middle of a text, as this room sees it: tokens in, text out. The local engine and
/// engines elsewhere stand behind it.
/// </summary>
public interface IInfillModel
{
    /// <summary>What a user calls the model: <c>seedling</c>, or a file's name.</summary>
    string Name { get; }

    /// <summary>Largest prompt and answer together, in tokens.</summary>
    int ContextTokens { get; }

    /// <summary>How the parts of a prompt are marked and in which order the model wants them.</summary>
    InfillFormat Format { get; }

    /// <summary>
    /// Whether it is so small that what followed the same words elsewhere in the project is often righter than what it says itself
    /// (<see cref="InfillRequest.Expectation"/>).
    /// </summary>
    bool IsSmall => false;

    /// <summary>Appends the tokens of <paramref name="text"/> to <paramref name="tokens"/>. Special tokens are never made from text.</summary>
    void Encode(ReadOnlySpan<char> text, List<int> tokens);

    /// <summary>
    /// Generates what follows <see cref="InfillRequest.Prompt"/>. May be called from any thread; requests are served one at a time, those
    /// that somebody waits for first.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; what was computed stays in the cache.</exception>
    Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation);

    /// <summary>Computes a prompt for later, when nobody waits for the model: a request that begins with it finds it in the cache.</summary>
    /// <param name="prompt">Tokens, at least one and at most the context.</param>
    /// <returns>How many of the tokens were not in the cache already.</returns>
    /// <exception cref="OperationCanceledException">Cancelled, or a request needed the room; what was computed stays in the cache.</exception>
    Task<int> PrefillAsync(IReadOnlyList<int> prompt, CancellationToken cancellation);
}

/// <param name="Prompt">Tokens, at most the context less <paramref name="MaxTokens"/>.</param>
/// <param name="Healed">
/// Text that was taken back from the end of the prompt: what is generated must begin with it, and it is left out of the result
/// (token healing). Empty for none.
/// </param>
/// <param name="MaxTokens">Most tokens to generate after <paramref name="Healed"/> is through.</param>
/// <param name="Stop">
/// Looked at after each token with all text generated so far, without <paramref name="Healed"/>; true ends the generation. Runs on
/// the model's thread and must be quick. Null: only the model's end token or the limit stops.
/// </param>
/// <param name="Sampling">Null: always the most probable token.</param>
/// <param name="MustBegin">
/// Whether the text must begin on the cursor's line: until there is more than white space, neither a line break nor the end is chosen.
/// </param>
/// <param name="Ahead">Whether nobody waits for it yet: what somebody waits for comes first.</param>
/// <param name="Expectation">What else than the model knows what may come next; null for nothing.</param>
public sealed record InfillRequest(
    IReadOnlyList<int> Prompt, string Healed, int MaxTokens, InfillStop? Stop = null, InfillSampling? Sampling = null, bool MustBegin = false,
    bool Ahead = false, ITokenExpectation? Expectation = null);

/// <summary>Draws tokens in place of taking the most probable one each time.</summary>
/// <param name="Temperature">Above 0; the higher, the less probable tokens are drawn.</param>
/// <param name="Seed">The same prompt and seed give the same text.</param>
public readonly record struct InfillSampling(float Temperature, ulong Seed);

/// <summary>Whether to stop, given the text generated so far.</summary>
public delegate bool InfillStop(ReadOnlySpan<char> text);

/// <summary>Why a generation ended.</summary>
public enum InfillEnd
{
    /// <summary>The model said that the middle is complete.</summary>
    EndOfText,

    /// <summary>The stop rule said so.</summary>
    StopRule,

    /// <summary><see cref="InfillRequest.MaxTokens"/> were generated.</summary>
    TokenLimit,
}

/// <param name="Text">What was generated, without the healed text; whole characters only.</param>
/// <param name="MeanLogProbability">Mean natural-log probability of the generated tokens (0 when there are none).</param>
/// <param name="Usage">What it cost.</param>
public sealed record InfillResult(string Text, InfillEnd End, double MeanLogProbability, InfillUsage Usage);

/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">Of these, found in the KV cache.</param>
/// <param name="GeneratedTokens">Tokens generated, those of the healed text included.</param>
/// <param name="PromptTime">Time spent on the prompt.</param>
/// <param name="GenerateTime">Time spent on generating.</param>
public readonly record struct InfillUsage(int PromptTokens, int CachedTokens, int GeneratedTokens, TimeSpan PromptTime, TimeSpan GenerateTime)
{
    /// <summary>Tokens of the prompt that had to be computed.</summary>
    public int ComputedTokens => PromptTokens - CachedTokens;
}
