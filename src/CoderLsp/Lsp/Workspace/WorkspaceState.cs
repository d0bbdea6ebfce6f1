using System.Text.Json;
using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;
using CoderLsp.Configuration;
using CoderLsp.Lsp.Documents;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp.Workspace;

/// <summary>The client's workspace: its folders, which may come and go, and the files in them that may be read.</summary>
sealed class WorkspaceState : IDisposable
{
    // An answer takes seconds; of a large project that was just opened, what is near is known by then.
    static readonly TimeSpan MostReading = TimeSpan.FromSeconds(1);

    readonly RpcConnection _connection;
    readonly Session _session;
    readonly DocumentStore _documents;
    readonly WorkspaceFiles _files;
    readonly Lock _gate = new();
    readonly List<string> _roots = [];

    public WorkspaceState(RpcConnection connection, Session session, DocumentStore documents, Action<LogLevel, string> log)
    {
        (_connection, _session, _documents, _files) = (connection, session, documents, new(documents));
        Project = new(_files, documents);
        session.SettingsChanged += Configure;
        connection.OnNotification<DidChangeWorkspaceFoldersParams>("workspace/didChangeWorkspaceFolders", Change);
        // To look at thousands of files, as a checkout changes them, is not for the thread that the next message waits for.
        var changes = new OrderedWork(log);
        connection.OnNotification<DidChangeWatchedFilesParams>("workspace/didChangeWatchedFiles", changed => changes.Add(() =>
        {
            foreach (var file in changed.Changes)
                if (DocumentUri.ToPath(file.Uri) is { } path) _files.Changed(path);
        }));
    }

    /// <summary>What suggestions know of the workspace.</summary>
    public ProjectContext Project { get; }

    /// <summary>What suggestions may know of it; null for nothing.</summary>
    public ProjectContext? ProjectFor(CoderLspSettings settings) => settings.Context.Suggestions ? Project : null;

    /// <summary>Takes the folders that <c>initialize</c> names; of old clients the one root.</summary>
    public void Initialize(InitializeParams client)
    {
        if (client.WorkspaceFolders is { } folders) Add(folders.Select(PathOf));
        else if (client.RootUri is { } uri) Add([PathOf(uri)]);
        else if (client.RootPath is { } path) Add([Path.TrimEndingDirectorySeparator(path)]);
        Configure(_session.Settings);
    }

    /// <summary>Asks the client to tell of files that come and go, and of changed rules about which may be read.</summary>
    public async Task RegisterAsync()
    {
        var registrations = new List<Registration>();
        if (_session.Client.RegistersWatchedFiles)
            registrations.Add(new("coderlsp-files", "workspace/didChangeWatchedFiles", JsonSerializer.SerializeToElement(
                new([new("**/*")]), LspJson.Default.DidChangeWatchedFilesRegistrationOptions)));
        if (_session.Client.RegistersConfiguration)
            registrations.Add(new("coderlsp-configuration", "workspace/didChangeConfiguration", JsonSerializer.SerializeToElement(
                new("coderlsp"), LspJson.Default.DidChangeConfigurationRegistrationOptions)));
        if (registrations.Count == 0) return;
        try
        {
            await _connection.RequestAsync<RegistrationParams, JsonElement>("client/registerCapability", new(registrations), _session.Closing)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is RequestFailedException or OperationCanceledException)
        {
            // Then it tells nothing: files are looked at when they are needed.
        }
    }

    /// <summary>Code of other files that helps to understand a piece of code. Looks through the workspace: not for the connection's thread.</summary>
    public async Task<IReadOnlyList<RelatedFile>> RelatedAsync(TextSnapshot snapshot, TextRange range, CancellationToken cancellation)
    {
        await Project.ReadAsync(MostReading, cancellation).ConfigureAwait(false);
        return [.. Project.RelatedTo(snapshot, range, cancellation)
            .Select(other => new RelatedFile(NameOf(DocumentUri.Of(other.Path)), other.Text) { Lines = other.Lines, Reason = other.Reason })];
    }

    /// <summary>The text of a file that may be read, or null.</summary>
    public TextSnapshot? TryRead(string uri) => DocumentUri.ToPath(uri) is { } path && _files.TryRead(path) is { } text
        ? new(uri, LanguageIds.OfFile(uri), 0, text) : null;

    /// <summary>A file's path as a model shall see it: within the workspace, with slashes.</summary>
    public string NameOf(string uri)
    {
        if (DocumentUri.ToPath(uri) is not { } path) return Uri.UnescapeDataString(uri[(uri.LastIndexOfAny(['/', ':']) + 1)..]);
        string[] roots;
        lock (_gate) roots = [.. _roots];
        var root = roots.FirstOrDefault(folder => path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal));
        return root is null ? Path.GetFileName(path) : Path.GetRelativePath(root, path).Replace('\\', '/');
    }

    /// <summary>The URI of a file that does not exist yet in the folder of a document; null when the document is no file or nothing is free.</summary>
    public static string? NewFileBeside(string uri, string fileName)
    {
        if (DocumentUri.ToPath(uri) is not { } path || Path.GetDirectoryName(path) is not { } folder) return null;
        var (name, extension) = (Path.GetFileNameWithoutExtension(fileName), Path.GetExtension(fileName));
        return Enumerable.Range(1, 99)
            .Select(number => Path.Combine(folder, number == 1 ? fileName : $"{name}{number}{extension}"))
            .Where(file => !Path.Exists(file)).Select(DocumentUri.Of).FirstOrDefault();
    }

    public void Dispose() => Project.Dispose();

    void Configure(CoderLspSettings settings)
    {
        _files.Configure(settings.Context.Files, settings.Context.Exclude);
        _documents.Secrets = new(_files.IsSecretDocument);
    }

    void Change(DidChangeWorkspaceFoldersParams changed)
    {
        lock (_gate) _roots.RemoveAll(changed.Event.Removed.Select(PathOf).Contains);
        Add(changed.Event.Added.Select(PathOf));
    }

    static string? PathOf(WorkspaceFolder folder) => PathOf(folder.Uri);

    // Clients name the same folder with a slash behind it and without.
    static string? PathOf(string uri) => DocumentUri.ToPath(uri) is { } path ? Path.TrimEndingDirectorySeparator(path) : null;

    void Add(IEnumerable<string?> paths)
    {
        lock (_gate)
        {
            _roots.AddRange(paths.OfType<string>().Where(path => !_roots.Contains(path)));
            _files.SetRoots(_roots);
            _documents.Secrets = new(_files.IsSecretDocument); // patterns are relative to the folders
        }
    }
}
