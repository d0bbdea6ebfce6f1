using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Context.Ignoring;

namespace CoderLsp.Completion.Context;

/// <summary>
/// The one door to files that nobody asked to be sent: what of the workspace may be read, and its text. May be used from any thread.
/// </summary>
/// <param name="open">Their texts win over those on disk.</param>
public sealed class WorkspaceFiles(IOpenDocuments open)
{
    // 32 MB: the files of a medium-sized project.
    const int CachedCharacters = 16 << 20;

    readonly TextCache _texts = new(CachedCharacters);
    readonly Lock _lock = new();
    readonly Lock _looking = new();
    IReadOnlyList<string> _roots = [];
    IReadOnlyList<string> _exclude = [];
    volatile FileRules _rules = new([], []);
    volatile FileNames? _names; // null: to be looked for when someone asks

    /// <summary>Other files than before may be read, or there are others: what was derived from them holds no longer.</summary>
    public event Action? Renewed;

    /// <summary>Raised with the normal path of a file that was made, written or deleted.</summary>
    public event Action<string>? FileChanged;

    /// <summary>Which files may be read at all; secrets stay secrets whatever it says.</summary>
    public ContextFiles Files { get; private set; } = ContextFiles.Auto;

    /// <summary>The workspace's folders.</summary>
    public IReadOnlyList<string> Roots => _roots;

    /// <summary>Sets <c>context.files</c> and <c>context.exclude</c>, patterns as in a .gitignore.</summary>
    public void Configure(ContextFiles files, IReadOnlyList<string> exclude)
    {
        lock (_lock)
        {
            (Files, _exclude) = (files, exclude);
            Renew();
        }
        Renewed?.Invoke();
    }

    /// <summary>Sets the workspace's folders, full paths. A folder need not exist.</summary>
    public void SetRoots(IEnumerable<string> roots)
    {
        lock (_lock)
        {
            _roots = [.. roots.Where(Path.IsPathFullyQualified).Select(Paths.Normal).Distinct(Paths.Comparer)];
            Renew();
        }
        Renewed?.Invoke();
    }

    /// <summary>
    /// Whether a file's name, or that of the file that a link leads to, says that it holds secrets, or the user excludes it: then it is
    /// not given to a model at all, open or not. What only .gitignore names is no secret.
    /// </summary>
    public bool IsSecret(string path)
    {
        var normal = Paths.Normal(path);
        var rules = _rules;
        return rules.IsSecret(normal) || RealPath.Of(normal) is { } real && rules.IsSecret(real);
    }

    /// <summary>The same for a document's URI of whatever scheme.</summary>
    public bool IsSecretDocument(string uri)
    {
        // A file's older state, a cell of a notebook, a file of a virtual folder: what is said about its path is said about it.
        var path = DocumentUri.ToPath(uri) ?? DocumentUri.NameLike(uri);
        return path.StartsWith('/') || Path.IsPathFullyQualified(path) ? IsSecret(path) : SecretFiles.Matches(path);
    }

    /// <summary>Whether a file of the workspace is left out by .gitignore, .coderlspignore, .git/info/exclude or the user's patterns.</summary>
    public bool IsIgnored(string path) => _rules.IsIgnored(Paths.Normal(path));

    /// <summary>Whether a file may be read as context: it lies in the workspace, links resolved, and is neither ignored nor a secret.</summary>
    public bool IsAllowed(string path) => Allowed(Paths.Normal(path)) is not null;

    /// <summary>
    /// The text of a file that may be read as context. Null when it may not, or is no text, larger than 1 MB, not there, or not readable.
    /// </summary>
    public string? TryRead(string path)
    {
        var normal = Paths.Normal(path);
        if (Files == ContextFiles.Off || Allowed(normal) is not { } real) return null;
        if ((open.Find(normal) ?? open.Find(real)) is { } document) return document.Length <= TextFile.MaxBytes ? document.Text : null;
        return Files == ContextFiles.Auto ? _texts.Read(real) : null;
    }

    /// <summary>Whether <see cref="TryRead"/> would find a file.</summary>
    public bool Exists(string path)
    {
        var normal = Paths.Normal(path);
        if (Files == ContextFiles.Off || Allowed(normal) is not { } real) return false;
        return (open.Find(normal) ?? open.Find(real)) is not null || Files == ContextFiles.Auto && TextFile.Stamp(real) is not null;
    }

    /// <summary>Whether a path lies in one of the roots, as it is written.</summary>
    public bool Contains(string path) => _rules.RootOf(Paths.Normal(path)) is not null;

    /// <summary>A file's path within its root, with <c>/</c>; its name where it lies in none.</summary>
    public string NameOf(string path)
    {
        var normal = Paths.Normal(path);
        return _rules.RootOf(normal) is { } root ? Paths.Relative(normal, root.Root) : Path.GetFileName(normal);
    }

    /// <summary>
    /// The files of the workspace that have this name and may be read, in the order of their paths. The first call looks through the
    /// workspace, at most <see cref="FileNames.MostFiles"/> files.
    /// </summary>
    public IReadOnlyList<string> Named(string fileName, CancellationToken cancellation = default)
    {
        if (Files == ContextFiles.Off) return [];
        var opened = open.Paths.Where(path => Path.GetFileName(path).Equals(fileName, Paths.Comparison)).Select(Paths.Normal).Where(IsAllowed);
        var found = Files == ContextFiles.Auto ? Names(cancellation).Named(fileName) : [];
        return [.. found.Concat(opened).Distinct(Paths.Comparer).Order(StringComparer.Ordinal)];
    }

    /// <summary>All files that may be read, in the order of their paths; found as <see cref="Named"/> finds.</summary>
    public IReadOnlyList<string> All(CancellationToken cancellation = default)
    {
        if (Files == ContextFiles.Off) return [];
        var opened = open.Paths.Select(Paths.Normal).Where(IsAllowed);
        var found = Files == ContextFiles.Auto ? Names(cancellation).Where(_ => true) : [];
        return [.. found.Concat(opened).Distinct(Paths.Comparer).Order(StringComparer.Ordinal)];
    }

    /// <summary>The files directly in a folder that end so and may be read, in the order of their paths; found as <see cref="Named"/> finds.</summary>
    public IReadOnlyList<string> InFolder(string folder, string ending, CancellationToken cancellation = default)
    {
        if (Files == ContextFiles.Off) return [];
        var normal = Paths.Normal(folder);
        bool IsInFolder(string path) =>
            path.EndsWith(ending, Paths.Comparison) && Path.GetDirectoryName(path.AsSpan()).Equals(normal, Paths.Comparison);
        var opened = open.Paths.Select(Paths.Normal).Where(IsInFolder).Where(IsAllowed);
        var found = Files == ContextFiles.Auto ? Names(cancellation).Where(IsInFolder) : [];
        return [.. found.Concat(opened).Distinct(Paths.Comparer).Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Says that a file or a folder was made, written or deleted. Files that change without this being said are read anew all the same;
    /// new ones are found only so.
    /// </summary>
    public void Changed(string path)
    {
        var normal = Paths.Normal(path);
        _texts.Forget(normal);
        if (_names is not { } names) return;
        if (names.Update(normal, _rules))
        {
            FileChanged?.Invoke(normal);
            return;
        }
        _names = null;
        Renewed?.Invoke();
    }

    FileNames Names(CancellationToken cancellation)
    {
        if (_names is { } known) return known;
        lock (_looking)
        {
            if (_names is { } now) return now;
            var rules = _rules;
            var names = FileNames.Of(rules, cancellation);
            // Not kept when the rules changed meanwhile.
            if (rules == _rules) _names = names;
            return names;
        }
    }

    /// <summary>The path without links of a file that may be read; else null.</summary>
    string? Allowed(string normal)
    {
        var rules = _rules;
        if (RealPath.Of(normal) is not { } real || rules.RootOf(real) is null) return null;
        if (rules.IsSecret(real) || rules.IsIgnored(real)) return null;
        if (!real.Equals(normal, Paths.Comparison) && (rules.IsSecret(normal) || rules.IsIgnored(normal))) return null;
        return real;
    }

    /// <summary>A root that is a link counts under both of its paths.</summary>
    void Renew()
    {
        _rules = new(_roots.SelectMany(root => new[] { RealPath.Of(root), root }).OfType<string>(), _exclude);
        _names = null;
        _texts.Clear();
    }
}
