using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoderLsp.Protocol.Messages;

// Messages that the LSP does not have. docs/protocol.md describes them.

/// <summary>Params of <c>coderlsp/explain</c>.</summary>
/// <param name="PartialResultToken">Pieces of the answer are sent on it.</param>
public sealed record ExplainParams(
    TextDocumentIdentifier TextDocument, Range Range, JsonElement? PartialResultToken = null, JsonElement? WorkDoneToken = null);

/// <param name="Prompt">What the model was shown, from the beginning to the end; null where there was no model to ask.</param>
public sealed record ExplainResult(string Markdown, IReadOnlyList<PromptPiece>? Prompt = null);

/// <summary>Params of <c>coderlsp/explainSuggestion</c>.</summary>
public sealed record ExplainSuggestionParams(TextDocumentIdentifier TextDocument);

/// <summary>What the last suggestion in a document was made of.</summary>
/// <param name="Markdown">All of it, to be shown.</param>
/// <param name="Confidence">The geometric mean of its tokens' probabilities, 0 to 1.</param>
/// <param name="Prompt">What the model was shown, from the beginning to the end.</param>
public sealed record ExplainSuggestionResult(
    string Markdown, [property: JsonConverter(typeof(DocumentTextConverter))] string Text, string Model, double Confidence, IReadOnlyList<PromptPiece> Prompt);

/// <summary>A piece of a prompt. The lines count from 1.</summary>
/// <param name="Path">Of the file that it is from, within the workspace.</param>
/// <param name="Reason">Why a piece of another file is there, for people.</param>
public sealed record PromptPiece(string Name, int Tokens, string? Path = null, int? FirstLine = null, int? LastLine = null, string? Reason = null);

/// <summary>Params of <c>coderlsp/chat</c>.</summary>
/// <param name="Messages">The conversation so far; the last one is the user's.</param>
/// <param name="Context">Files, or parts of them, that the answer should know.</param>
public sealed record ChatParams(
    IReadOnlyList<ChatTurn> Messages, IReadOnlyList<ChatContextItem>? Context = null, JsonElement? PartialResultToken = null,
    JsonElement? WorkDoneToken = null);

/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
public sealed record ChatTurn(string Role, [property: JsonConverter(typeof(DocumentTextConverter))] string Content);

public sealed record ChatContextItem(string Uri, Range? Range = null);

/// <param name="StopReason"><c>stop</c> (the answer is complete) or <c>length</c> (cut at the limit).</param>
public sealed record ChatResult(ChatTurn Message, ChatTokens Tokens, string StopReason);

/// <param name="Cached">Of the prompt's tokens, those that were computed before.</param>
public sealed record ChatTokens(long Prompt, long Cached, long Generated);

/// <summary>Arguments of the commands that do something with a piece of code, and the <c>data</c> of actions to be resolved.</summary>
/// <param name="Version">Of the document when the action was offered; null: the newest.</param>
/// <param name="Instruction">What is to be done with the code, for <c>coderlsp.edit</c>.</param>
/// <param name="Diagnostic">What is to be mended, for <c>coderlsp.fix</c>.</param>
/// <param name="Command">The command whose work resolving does; in <c>data</c> only.</param>
public sealed record ActionArguments(
    string Uri, Range Range, int? Version = null, string? Instruction = null, Diagnostic? Diagnostic = null, string? Command = null);

/// <summary>Params of <c>coderlsp/status</c> and the result of <c>coderlsp/state</c>.</summary>
/// <param name="State"><c>starting</c>, <c>loading</c>, <c>ready</c>, <c>busy</c>, <c>slow</c>, <c>error</c> or <c>unloaded</c>.</param>
/// <param name="Percent">How much of the model is loaded.</param>
/// <param name="Message">One sentence for the user.</param>
/// <param name="Remedy">What the user can do about it.</param>
/// <param name="Inline">Where suggestions come by themselves, as the settings of all places say.</param>
public sealed record StatusParams(
    string State,
    int? Percent = null,
    string? Message = null,
    string? Remedy = null,
    InlineStatus? Inline = null,
    ModelStatus? Model = null,
    SpeedStatus? Speed = null,
    CacheStatus? Cache = null,
    SuggestionStatus? Suggestions = null,
    TokenCounts? Tokens = null,
    long? MemoryMegabytes = null);

/// <param name="Languages">Single languages, which win over <paramref name="Enabled"/>, by all names that clients have for them.</param>
/// <param name="Inherited">Those that are set elsewhere than in the client's settings, which win: what holds where these say nothing.</param>
public sealed record InlineStatus(bool Enabled, IReadOnlyDictionary<string, bool> Languages, IReadOnlyDictionary<string, bool> Inherited);

/// <param name="Quantization">The published name of the mix of types, <c>Q4_K_M</c>.</param>
/// <param name="Fim">Whether the model fills in the middle, or only goes on from the left.</param>
public sealed record ModelStatus(string Name, string? Quantization, int ContextTokens, bool Fim);

public sealed record SpeedStatus(double? PromptTokensPerSecond, double? DecodeTokensPerSecond);

/// <param name="HitRate">Share of the prompts' tokens that were found in the cache, 0 to 1.</param>
/// <param name="Megabytes">Memory that the cache has taken.</param>
/// <param name="LimitMegabytes">What it may take.</param>
/// <param name="EvictedTokens">Tokens whose keys and values had to go for others.</param>
public sealed record CacheStatus(double HitRate, double Megabytes, double LimitMegabytes, long EvictedTokens);

/// <summary>Where suggestions came from, since the server was started; those that were nothing worth showing count too.</summary>
/// <param name="Computed">Computations that came to their end.</param>
/// <param name="FromMemory">Requests that were answered by what had been computed for an earlier one.</param>
/// <param name="Cancelled">Computations that were ended early: the user wrote something else.</param>
/// <param name="Ahead">Computations of what had not been asked for yet, that came to their end.</param>
public sealed record SuggestionStatus(long Computed, long FromMemory, long Cancelled, long Ahead);

/// <summary>What suggestions took so far, since the model was loaded, those made ahead too; not what was cancelled.</summary>
/// <param name="Cached">Tokens of prompts that were found in the cache.</param>
/// <param name="Computed">Tokens of prompts that were computed.</param>
/// <param name="Generated">Tokens of answers.</param>
public sealed record TokenCounts(long Cached, long Computed, long Generated);
