using CoderLsp.Inference.Generation;

namespace CoderLsp.Models;

/// <param name="PromptTokensPerSecond">Of the last prompt that was long enough to tell; null: none yet.</param>
/// <param name="DecodeTokensPerSecond">Of the last answer that was long enough to tell; null: none yet.</param>
/// <param name="CachedTokens">Prompt tokens that were found in the KV cache, since the model was loaded.</param>
/// <param name="ComputedTokens">Prompt tokens that were computed.</param>
readonly record struct ModelSpeed(
    double? PromptTokensPerSecond, double? DecodeTokensPerSecond, long CachedTokens, long ComputedTokens, long GeneratedTokens)
{
    /// <summary>The part of prompt tokens that was in the cache, 0 to 1; null without prompts.</summary>
    public double? HitRate => CachedTokens + ComputedTokens is > 0 and var all ? (double)CachedTokens / all : null;
}

/// <summary>How fast a model is and how much its cache saves. May be used from any thread.</summary>
sealed class ModelStatistics
{
    // Below that, the time is mostly that of reading the weights once.
    const int LeastPromptTokens = 16, LeastGeneratedTokens = 4;

    readonly Lock _lock = new();
    ModelSpeed _speed;

    public ModelSpeed Current
    {
        get
        {
            lock (_lock) return _speed;
        }
    }

    public void Add(GenerationResult result)
    {
        var computed = result.PromptTokens - result.CachedTokens;
        lock (_lock)
            _speed = new(
                Speed(computed, result.PromptTime, LeastPromptTokens) ?? _speed.PromptTokensPerSecond,
                Speed(Steps(result), result.GenerateTime, LeastGeneratedTokens) ?? _speed.DecodeTokensPerSecond,
                _speed.CachedTokens + result.CachedTokens, _speed.ComputedTokens + computed, _speed.GeneratedTokens + result.Tokens.Count);
    }

    // The first token comes of the prompt, and behind the last one nothing is computed unless it ends the text.
    static int Steps(GenerationResult result) => result.Tokens.Count - (result.End == GenerationEnd.EndOfText ? 0 : 1);

    static double? Speed(int tokens, TimeSpan time, int least) => tokens >= least && time > TimeSpan.Zero ? tokens / time.TotalSeconds : null;
}
