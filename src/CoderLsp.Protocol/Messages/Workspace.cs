using System.Text.Json;

namespace CoderLsp.Protocol.Messages;

public sealed record WorkspaceFolder(string Uri, string Name);

public sealed record DidChangeWorkspaceFoldersParams(WorkspaceFoldersChangeEvent Event);

public sealed record WorkspaceFoldersChangeEvent(IReadOnlyList<WorkspaceFolder> Added, IReadOnlyList<WorkspaceFolder> Removed);

public sealed record DidChangeWatchedFilesParams(IReadOnlyList<FileEvent> Changes);

/// <param name="Type">1 created, 2 changed, 3 deleted.</param>
public sealed record FileEvent(string Uri, int Type);

/// <param name="Settings">All settings of the client, or those that it keeps for this server; often null.</param>
public sealed record DidChangeConfigurationParams(JsonElement Settings = default);

public sealed record ConfigurationParams(IReadOnlyList<ConfigurationItem> Items);

/// <param name="Section">The level of the client's settings that is asked for.</param>
public sealed record ConfigurationItem(string Section);

public sealed record RegistrationParams(IReadOnlyList<Registration> Registrations);

/// <param name="RegisterOptions">Options of the method: <see cref="DidChangeWatchedFilesRegistrationOptions"/> and the like.</param>
public sealed record Registration(string Id, string Method, JsonElement? RegisterOptions = null);

public sealed record DidChangeWatchedFilesRegistrationOptions(IReadOnlyList<FileSystemWatcher> Watchers);

/// <param name="GlobPattern">Relative to each workspace folder.</param>
public sealed record FileSystemWatcher(string GlobPattern);

public sealed record DidChangeConfigurationRegistrationOptions(string Section);
