using System.Text.Json;

namespace CoderLsp.Protocol.Messages;

/// <param name="ProcessId">The client's process: when it is gone, the server ends. Null: unknown, or on another machine.</param>
/// <param name="InitializationOptions">Settings, as in the configuration file.</param>
/// <param name="RootUri">The folder that is open, of clients of before workspace folders; <paramref name="WorkspaceFolders"/> wins.</param>
/// <param name="RootPath">The same of still older clients.</param>
/// <param name="Trace"><c>off</c>, <c>messages</c> or <c>verbose</c>.</param>
public sealed record InitializeParams(
    int? ProcessId = null,
    Implementation? ClientInfo = null,
    ClientCapabilities? Capabilities = null,
    JsonElement InitializationOptions = default,
    string? RootUri = null,
    string? RootPath = null,
    IReadOnlyList<WorkspaceFolder>? WorkspaceFolders = null,
    string? Trace = null);

/// <summary>A client's or a server's name.</summary>
public sealed record Implementation(string Name, string? Version = null);

public sealed record InitializeResult(ServerCapabilities Capabilities, Implementation ServerInfo);

public sealed record ServerCapabilities(
    string PositionEncoding,
    TextDocumentSyncOptions TextDocumentSync,
    bool InlineCompletionProvider,
    CompletionOptions CompletionProvider,
    CodeActionOptions CodeActionProvider,
    ExecuteCommandOptions ExecuteCommandProvider,
    WorkspaceOptions Workspace);

/// <param name="WorkspaceFolders">What the server does with workspace folders.</param>
public sealed record WorkspaceOptions(WorkspaceFoldersServerCapabilities WorkspaceFolders);

/// <param name="Supported">Whether there may be several.</param>
/// <param name="ChangeNotifications">Whether the server wants to know of changes.</param>
public sealed record WorkspaceFoldersServerCapabilities(bool Supported, bool ChangeNotifications);

public sealed record InitializedParams;
