using System.Text.Json;

namespace CoderLsp.Protocol.Messages;

/// <param name="ProcessId">The client's process: when it is gone, the server ends. Null: unknown, or on another machine.</param>
/// <param name="InitializationOptions">Settings, as in the configuration file.</param>
public sealed record InitializeParams(
    int? ProcessId = null,
    Implementation? ClientInfo = null,
    ClientCapabilities? Capabilities = null,
    JsonElement InitializationOptions = default);

/// <summary>A client's or a server's name.</summary>
public sealed record Implementation(string Name, string? Version = null);

/// <summary>The little that this server wants to know of its client. Absent, null and unknown mean the same.</summary>
public sealed record ClientCapabilities(GeneralClientCapabilities? General = null);

/// <param name="PositionEncodings">In the order that the client prefers; null: <c>utf-16</c> only.</param>
public sealed record GeneralClientCapabilities(IReadOnlyList<string>? PositionEncodings = null);

public sealed record InitializeResult(ServerCapabilities Capabilities, Implementation ServerInfo);

public sealed record ServerCapabilities(
    string PositionEncoding,
    TextDocumentSyncOptions TextDocumentSync,
    bool InlineCompletionProvider,
    CompletionOptions CompletionProvider);

public sealed record InitializedParams;

/// <param name="Settings">All settings of the client, or those that it keeps for this server; often null.</param>
public sealed record DidChangeConfigurationParams(JsonElement Settings = default);
