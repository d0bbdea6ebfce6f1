using System.Text.Json;
using CoderLsp.Completion;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;

namespace CoderLsp.Commands;

/// <summary>The JSON of <c>complete --json</c>.</summary>
/// <param name="Text">What to insert; empty for no suggestion.</param>
/// <param name="Range">What it replaces, counted from 0 as in LSP.</param>
/// <param name="StopReason">Why it ends where it ends: <see cref="InlineStop"/> in camel case, or <c>nothing</c> for no suggestion.</param>
/// <param name="Milliseconds">Where the time went.</param>
/// <param name="Prompt">With <c>--explain-prompt</c> only.</param>
sealed record CompletionReport(
    string Text, TextRange Range, string StopReason, TokenCounts Tokens, Durations Milliseconds, string Model, PromptReport? Prompt)
{
    public static CompletionReport Of(
        InlineRequest request, InlineSuggestion? suggestion, RecordingModel model, TimeSpan load, Prompt? prompt)
    {
        var usage = model.Last?.Usage ?? default;
        return new(
            suggestion?.Text ?? "",
            suggestion?.Range ?? TextRange.At(request.Position),
            suggestion is null ? "nothing" : JsonNamingPolicy.CamelCase.ConvertName(suggestion.Stop.ToString()),
            new(usage.PromptTokens, usage.CachedTokens, usage.ComputedTokens, usage.GeneratedTokens),
            new(Milliseconds(load), Milliseconds(usage.PromptTime), Milliseconds(usage.GenerateTime)),
            model.Name,
            prompt is null ? null : new(prompt.Tokens.Count, prompt.Parts, prompt.Healed));

        static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);
    }
}

/// <param name="Prompt">All of the prompt.</param>
/// <param name="Cached">Of these, found in the KV cache.</param>
/// <param name="Computed">The others.</param>
sealed record TokenCounts(int Prompt, int Cached, int Computed, int Generated);

sealed record Durations(double Load, double Prompt, double Generate);

/// <param name="Healed">Text before the cursor that the model generates again.</param>
sealed record PromptReport(int Tokens, IReadOnlyList<PromptPart> Parts, string Healed);

/// <summary>Keeps the last answer of a model, for what it cost also when no suggestion came of it.</summary>
sealed class RecordingModel(IInfillModel model) : IInfillModel
{
    public InfillResult? Last { get; private set; }

    public string Name => model.Name;

    public int ContextTokens => model.ContextTokens;

    public InfillFormat Format => model.Format;

    public void Encode(ReadOnlySpan<char> text, List<int> tokens) => model.Encode(text, tokens);

    public async Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation) =>
        Last = await model.GenerateAsync(request, cancellation);
}
