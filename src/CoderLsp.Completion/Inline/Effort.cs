namespace CoderLsp.Completion.Inline;

/// <summary>How fast a model computes on a machine.</summary>
public readonly record struct ComputingSpeed(double PromptTokensPerSecond, double DecodeTokensPerSecond);

/// <summary>What a suggestion may cost, so that it comes in time. A change of it takes effect at the next place where the user types.</summary>
/// <param name="PromptTokens">Most tokens of a prompt that nobody has computed ahead.</param>
/// <param name="AheadTokens">Most tokens of one that is computed ahead.</param>
/// <param name="AnswerTokens">Longest suggestion that nobody asked for.</param>
/// <param name="Debounce">How long to wait before a suggestion is computed, since the next key may make it worthless.</param>
public sealed record Effort(int PromptTokens, int AheadTokens, int AnswerTokens, TimeSpan Debounce)
{
    // With less around the cursor suggestions are of little use, however soon they come.
    const int FewestPromptTokens = 256, FewestAnswerTokens = 16;

    // Of the target: until the end of a long suggestion.
    const double LongestAnswer = 4;

    // A usual suggestion, and the time between two keys.
    const int UsualTokens = 12;
    static readonly TimeSpan BetweenKeys = TimeSpan.FromSeconds(0.15), LongestDebounce = TimeSpan.FromSeconds(0.2);

    /// <summary>
    /// A new prompt is computed within the target where that leaves enough of it, a keystroke costs a few tokens only (as many as the word
    /// at the cursor), and what idle time allows makes the next prompts longer.
    /// </summary>
    /// <param name="target">To the first text.</param>
    /// <param name="ahead">Time for computing ahead.</param>
    public static Effort Fit(ComputingSpeed speed, TimeSpan target, TimeSpan ahead)
    {
        var prompt = Math.Max(FewestPromptTokens, Tokens(speed.PromptTokensPerSecond, target));
        var usual = TimeSpan.FromSeconds(UsualTokens / Math.Max(speed.DecodeTokensPerSecond, 0.1));
        return new(prompt, Math.Max(prompt, Tokens(speed.PromptTokensPerSecond, ahead)),
            Math.Max(FewestAnswerTokens, Tokens(speed.DecodeTokensPerSecond, target * LongestAnswer)),
            usual <= BetweenKeys ? TimeSpan.Zero : usual / 4 < LongestDebounce ? usual / 4 : LongestDebounce);
    }

    static int Tokens(double perSecond, TimeSpan time) => (int)Math.Clamp(perSecond * time.TotalSeconds, 0, int.MaxValue);
}
