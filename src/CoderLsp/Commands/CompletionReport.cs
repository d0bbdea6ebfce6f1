using System.Text.Json;
using CoderLsp.Completion;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;
using CoderLsp.Inference.KvCache;

namespace CoderLsp.Commands;

/// <summary>The JSON of <c>complete --json</c>.</summary>
/// <param name="Text">What to insert; empty for no suggestion.</param>
/// <param name="Range">What it replaces, counted from 0 as in LSP.</param>
/// <param name="StopReason">Why it ends where it ends: <see cref="InlineStop"/> in camel case, or <c>nothing</c> for no suggestion.</param>
/// <param name="Milliseconds">Where the time went.</param>
/// <param name="Alternatives">The other suggestions, best first; with <c>--candidates</c> only.</param>
/// <param name="Prompt">With <c>--explain-prompt</c> only.</param>
sealed record CompletionReport(
    string Text, TextRange Range, string StopReason, TokenCounts Tokens, Durations Milliseconds, CacheReport Cache, string Model,
    IReadOnlyList<Alternative>? Alternatives, PromptReport? Prompt)
{
    public static CompletionReport Of(
        InlineRequest request, IReadOnlyList<InlineSuggestion> suggestions, RecordingModel model, CacheStatistics cache, TimeSpan load, Prompt? prompt)
    {
        var usage = model.First?.Usage ?? default;
        var suggestion = suggestions is [var best, ..] ? best : null;
        return new(
            suggestion?.Text ?? "",
            suggestion?.Range ?? TextRange.At(request.Position),
            suggestion is null ? "nothing" : NameOf(suggestion.Stop),
            new(usage.PromptTokens, usage.CachedTokens, usage.ComputedTokens, usage.GeneratedTokens),
            new(Milliseconds(load), Milliseconds(usage.PromptTime), Milliseconds(usage.GenerateTime)),
            new(Megabytes(cache.Bytes), Megabytes(cache.MostBytes), cache.EvictedTokens),
            model.Name,
            request.Options.Candidates == 1 ? null : [.. suggestions.Skip(1).Select(other => new Alternative(other.Text, NameOf(other.Stop), Math.Round(other.Confidence, 4)))],
            prompt is null ? null : new(prompt.Tokens.Count, prompt.Parts, prompt.Healed));

        static string NameOf(InlineStop stop) => JsonNamingPolicy.CamelCase.ConvertName(stop.ToString());

        static double Megabytes(long bytes) => Math.Round(bytes / 1e6, 1);

        static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);
    }
}

/// <param name="Confidence">exp(mean token log-probability), 0 to 1.</param>
sealed record Alternative(string Text, string StopReason, double Confidence);

/// <param name="Prompt">All of the prompt.</param>
/// <param name="Cached">Of these, found in the KV cache.</param>
/// <param name="Computed">The others.</param>
sealed record TokenCounts(int Prompt, int Cached, int Computed, int Generated);

/// <param name="Megabytes">What keys and values have taken.</param>
/// <param name="LimitMegabytes">What they may take.</param>
/// <param name="EvictedTokens">Tokens that had to go for others.</param>
sealed record CacheReport(double Megabytes, double LimitMegabytes, long EvictedTokens);

sealed record Durations(double Load, double Prompt, double Generate);

/// <param name="Healed">Text before the cursor that the model generates again.</param>
sealed record PromptReport(int Tokens, IReadOnlyList<PromptPart> Parts, string Healed);

/// <summary>Keeps the first answer of a model, for what it cost also when no suggestion came of it.</summary>
sealed class RecordingModel(IInfillModel model) : IInfillModel
{
    public InfillResult? First { get; private set; }

    public string Name => model.Name;

    public int ContextTokens => model.ContextTokens;

    public InfillFormat Format => model.Format;

    public bool IsSmall => model.IsSmall;

    public void Encode(ReadOnlySpan<char> text, List<int> tokens) => model.Encode(text, tokens);

    public async Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation)
    {
        var result = await model.GenerateAsync(request, cancellation);
        First ??= result;
        return result;
    }

    public Task<int> PrefillAsync(IReadOnlyList<int> prompt, CancellationToken cancellation) => model.PrefillAsync(prompt, cancellation);
}
