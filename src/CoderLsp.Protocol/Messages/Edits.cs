using System.Text.Json.Serialization;

namespace CoderLsp.Protocol.Messages;

public sealed record TextEdit(Range Range, string NewText, string? AnnotationId = null);

/// <summary>Changes of documents: <paramref name="DocumentChanges"/> for clients that know versions, <paramref name="Changes"/> (by URI) for the others.</summary>
/// <param name="ChangeAnnotations">By the id that edits name.</param>
public sealed record WorkspaceEdit(
    IReadOnlyDictionary<string, IReadOnlyList<TextEdit>>? Changes = null,
    IReadOnlyList<DocumentChange>? DocumentChanges = null,
    IReadOnlyDictionary<string, ChangeAnnotation>? ChangeAnnotations = null);

/// <summary>Edits of a document (<paramref name="TextDocument"/> and <paramref name="Edits"/>), or a new file (<paramref name="Kind"/> <c>create</c> and <paramref name="Uri"/>).</summary>
public sealed record DocumentChange(
    OptionalVersionedTextDocumentIdentifier? TextDocument = null,
    IReadOnlyList<TextEdit>? Edits = null,
    string? Kind = null,
    string? Uri = null,
    string? AnnotationId = null);

/// <param name="Version">The text that the edits are for; null for a file that is not open.</param>
public sealed record OptionalVersionedTextDocumentIdentifier(string Uri, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Version);

/// <param name="NeedsConfirmation">Whether the user is asked before the change is made.</param>
public sealed record ChangeAnnotation(string Label, bool NeedsConfirmation, string? Description = null);

/// <param name="Label">What an undo stack calls it.</param>
public sealed record ApplyWorkspaceEditParams(string Label, WorkspaceEdit Edit);

/// <param name="FailureReason">Why not, where the client says so.</param>
public sealed record ApplyWorkspaceEditResult(bool Applied, string? FailureReason = null);
