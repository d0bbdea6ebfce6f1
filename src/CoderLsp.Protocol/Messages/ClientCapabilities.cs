using System.Text.Json;

namespace CoderLsp.Protocol.Messages;

/// <summary>The little that this server wants to know of its client. Absent, null and unknown mean the same.</summary>
public sealed record ClientCapabilities(
    GeneralClientCapabilities? General = null,
    WindowClientCapabilities? Window = null,
    WorkspaceClientCapabilities? Workspace = null,
    TextDocumentClientCapabilities? TextDocument = null,
    JsonElement Experimental = default);

/// <param name="PositionEncodings">In the order that the client prefers; null: <c>utf-16</c> only.</param>
public sealed record GeneralClientCapabilities(IReadOnlyList<string>? PositionEncodings = null);

/// <param name="WorkDoneProgress">Whether the server may begin a progress of its own.</param>
public sealed record WindowClientCapabilities(bool? WorkDoneProgress = null, ShowDocumentClientCapabilities? ShowDocument = null);

public sealed record ShowDocumentClientCapabilities(bool? Support = null);

/// <param name="Configuration">Whether <c>workspace/configuration</c> is answered.</param>
public sealed record WorkspaceClientCapabilities(
    bool? ApplyEdit = null,
    WorkspaceEditClientCapabilities? WorkspaceEdit = null,
    bool? Configuration = null,
    DynamicRegistrationClientCapabilities? DidChangeConfiguration = null,
    DynamicRegistrationClientCapabilities? DidChangeWatchedFiles = null);

public sealed record DynamicRegistrationClientCapabilities(bool? DynamicRegistration = null);

/// <param name="DocumentChanges">Whether edits may name the version that they are for.</param>
/// <param name="ResourceOperations">Of <c>create</c>, <c>rename</c>, <c>delete</c>.</param>
/// <param name="ChangeAnnotationSupport">An object when edits may be annotated.</param>
public sealed record WorkspaceEditClientCapabilities(
    bool? DocumentChanges = null, IReadOnlyList<string>? ResourceOperations = null, JsonElement ChangeAnnotationSupport = default);

public sealed record TextDocumentClientCapabilities(CodeActionClientCapabilities? CodeAction = null);

/// <param name="CodeActionLiteralSupport">An object when actions may be more than commands.</param>
/// <param name="DataSupport">Whether an action's <c>data</c> comes back with <c>codeAction/resolve</c>.</param>
public sealed record CodeActionClientCapabilities(
    JsonElement CodeActionLiteralSupport = default,
    bool? DataSupport = null,
    CodeActionResolveSupport? ResolveSupport = null,
    bool? HonorsChangeAnnotations = null);

/// <param name="Properties">What may be left out of an action until it is resolved.</param>
public sealed record CodeActionResolveSupport(IReadOnlyList<string>? Properties = null);
