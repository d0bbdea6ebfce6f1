using CoderLsp.Completion.Context.Ignoring;

namespace CoderLsp.Completion.Context.Files;

/// <summary>Where the files of the workspace lie, by their names; those that are ignored or secret are not among them.</summary>
sealed class FileNames
{
    public const int MostFiles = 100_000;

    // Folders and files looked at, ignored ones too, so that a folder of a million ignored files ends the search and not the server.
    const int MostEntries = 500_000;

    static readonly EnumerationOptions EveryEntry = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };

    readonly int _mostFiles;
    readonly int _mostEntries;
    readonly Dictionary<string, SortedSet<string>> _paths = new(Paths.Comparer);
    int _files;
    int _entries;

    FileNames(int mostFiles, int mostEntries) => (_mostFiles, _mostEntries) = (mostFiles, mostEntries);

    /// <summary>Walks through the roots, upper folders first and in the order of names, so that the same files are found again.</summary>
    public static FileNames Of(
        FileRules rules, CancellationToken cancellation, int mostFiles = MostFiles, int mostEntries = MostEntries)
    {
        var names = new FileNames(mostFiles, mostEntries);
        foreach (var root in rules.RealRoots) names.Walk(root, rules, cancellation);
        return names;
    }

    /// <summary>Full paths.</summary>
    public IReadOnlyList<string> Named(string fileName)
    {
        lock (_paths) return _paths.TryGetValue(fileName, out var paths) ? [.. paths] : [];
    }

    public IReadOnlyList<string> Where(Func<string, bool> isWanted)
    {
        lock (_paths) return [.. _paths.Values.SelectMany(paths => paths).Where(isWanted)];
    }

    /// <summary>Looks again at one path. False: it is more than one file, and all have to be looked for again.</summary>
    public bool Update(string path, FileRules rules)
    {
        if (Path.GetFileName(path) is ".gitignore" or ".coderlspignore" or "exclude") return false;
        if (rules.RootOf(path) is null || rules.IsIgnored(path)) return true;
        lock (_paths)
        {
            if (IsPlainFile(path))
            {
                if (!rules.IsSecret(path)) Add(path);
                return true;
            }
            if (!_paths.TryGetValue(Path.GetFileName(path), out var paths) || !paths.Remove(path)) return false;
            _files--;
            return true;
        }
    }

    void Walk(IgnoreFiles root, FileRules rules, CancellationToken cancellation)
    {
        var folders = new Queue<(string Path, string Relative, FolderRules Rules)>();
        folders.Enqueue((root.Root, "", root.RootRules()));
        while (folders.TryDequeue(out var folder) && _files < _mostFiles && _entries < _mostEntries)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var entry in Entries(folder.Path))
            {
                var isFolder = entry is DirectoryInfo;
                var relative = folder.Relative + entry.Name;
                // A link is left out: what it leads to is found where it lies, if it lies in the workspace.
                if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint)) continue;
                // A root in a root is walked through for itself, by its own rules.
                if (rules.RootOf(entry.FullName) != root || root.Ignores(folder.Rules, relative, isFolder)) continue;
                if (isFolder) folders.Enqueue((entry.FullName, relative + "/", root.Inside(folder.Rules, relative)));
                else if (!rules.IsSecret(entry.FullName)) Add(entry.FullName);
            }
        }
    }

    FileSystemInfo[] Entries(string folder)
    {
        try
        {
            var entries = new DirectoryInfo(folder).EnumerateFileSystemInfos("*", EveryEntry).Take(_mostEntries - _entries).ToArray();
            _entries += entries.Length;
            Array.Sort(entries, (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return entries;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    void Add(string path)
    {
        if (_files >= _mostFiles) return;
        var name = Path.GetFileName(path);
        if (!_paths.TryGetValue(name, out var paths)) _paths[name] = paths = new(StringComparer.Ordinal);
        if (paths.Add(path)) _files++;
    }

    static bool IsPlainFile(string path) => new FileInfo(path) is { Exists: true } file && !file.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
