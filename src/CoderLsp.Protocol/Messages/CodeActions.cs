using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoderLsp.Protocol.Messages;

/// <param name="CodeActionKinds">Kinds that the server may offer.</param>
/// <param name="ResolveProvider">Whether <c>codeAction/resolve</c> is answered.</param>
public sealed record CodeActionOptions(IReadOnlyList<string> CodeActionKinds, bool ResolveProvider);

public sealed record CodeActionParams(TextDocumentIdentifier TextDocument, Range Range, CodeActionContext Context);

/// <param name="Diagnostics">Those that the client shows within the range.</param>
/// <param name="Only">Kinds that are wanted, those below them included; null: all.</param>
public sealed record CodeActionContext(IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string>? Only = null);

/// <summary>An error, warning or hint of any server. What is of no interest here is kept to be sent back.</summary>
/// <param name="Severity">1 error, 2 warning, 3 information, 4 hint.</param>
/// <param name="Code">A number or a text.</param>
/// <param name="Message">A text, or (LSP 3.18) a <see cref="MarkupContent"/>.</param>
public sealed record Diagnostic(
    Range Range,
    JsonElement Message,
    int? Severity = null,
    JsonElement? Code = null,
    JsonElement? CodeDescription = null,
    string? Source = null,
    IReadOnlyList<int>? Tags = null,
    JsonElement? RelatedInformation = null,
    JsonElement? Data = null)
{
    /// <summary>The message as plain text; empty when the client sent neither of the two forms.</summary>
    [JsonIgnore]
    public string Text => JsonText.Of(Message)
        ?? (Message.ValueKind == JsonValueKind.Object && Message.TryGetProperty("value", out var value) ? JsonText.Of(value) : null) ?? "";
}

/// <summary>Something that the user may choose. With neither edit nor command it is to be resolved first.</summary>
/// <param name="Data">Comes back with <c>codeAction/resolve</c>.</param>
public sealed record CodeAction(
    string Title,
    string? Kind = null,
    IReadOnlyList<Diagnostic>? Diagnostics = null,
    [property: JsonConverter(typeof(SentEditConverter))] WorkspaceEdit? Edit = null,
    Command? Command = null,
    JsonElement? Data = null);

/// <param name="Title">Shown to the user where the client shows commands.</param>
/// <param name="Name">One of those that the server announced.</param>
public sealed record Command(
    string Title, [property: JsonPropertyName("command")] string Name, IReadOnlyList<JsonElement>? Arguments = null);

/// <param name="Commands">Names that <c>workspace/executeCommand</c> knows.</param>
public sealed record ExecuteCommandOptions(IReadOnlyList<string> Commands);

/// <param name="WorkDoneToken">A token of the client's to report progress on.</param>
public sealed record ExecuteCommandParams(string Command, IReadOnlyList<JsonElement>? Arguments = null, JsonElement? WorkDoneToken = null);
