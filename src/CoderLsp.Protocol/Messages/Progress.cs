using System.Text.Json;

namespace CoderLsp.Protocol.Messages;

/// <param name="Token">A text or a number; whoever asked for the progress chose it.</param>
/// <param name="Value">A <see cref="WorkDoneProgress"/> or a <see cref="PartialText"/>.</param>
public sealed record ProgressParams<T>(JsonElement Token, T Value);

/// <param name="Kind"><c>begin</c>, <c>report</c> or <c>end</c>.</param>
/// <param name="Title">What is being done; with <c>begin</c> only.</param>
/// <param name="Percentage">0 to 100.</param>
public sealed record WorkDoneProgress(
    string Kind, string? Title = null, bool? Cancellable = null, string? Message = null, int? Percentage = null);

/// <summary>A piece of an answer that is being generated.</summary>
public sealed record PartialText(string Text);

public sealed record WorkDoneProgressCreateParams(JsonElement Token);

public sealed record WorkDoneProgressCancelParams(JsonElement Token);
