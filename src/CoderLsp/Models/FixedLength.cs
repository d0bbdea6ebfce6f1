using System.Globalization;
using CoderLsp.Inference.Generation;

namespace CoderLsp.Models;

/// <summary>
/// For benchmarks on weights that mean nothing: every answer has exactly so many tokens, whatever the rules say that end one
/// (<c>CODERLSP_BENCH_FIXED_TOKENS</c>, docs/performance.md).
/// </summary>
static class FixedLength
{
    const string Variable = "CODERLSP_BENCH_FIXED_TOKENS";

    /// <summary>What the environment says; null, as always outside of benchmarks: answers end where they should.</summary>
    /// <exception cref="UserException">It says something that is no number of tokens.</exception>
    public static int? FromEnvironment() => Read(Environment.GetEnvironmentVariable(Variable));

    /// <inheritdoc cref="FromEnvironment"/>
    public static int? Read(string? value)
    {
        if (string.IsNullOrEmpty(value)) return null;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens is > 0 and <= 1024
            ? tokens : throw new UserException($"{Variable} is \"{value}\": it must be a whole number from 1 to 1024, or unset.");
    }

    /// <summary>The same request for exactly so many tokens. Text that was taken back from the prompt is not generated again: it would add to them.</summary>
    public static GenerationRequest WithTokens(this GenerationRequest request, int? tokens) => tokens is not { } count ? request
        : request with { MaxTokens = count, Required = default, Stop = null, MustBegin = false, IgnoreEnd = true };
}
