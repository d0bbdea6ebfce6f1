using System.Collections.Concurrent;
using CoderLsp.Completion.Context.Files;

namespace CoderLsp.Completion.Context.Ignoring;

/// <summary>What is ignored under one workspace folder. Its ignore files are read when needed, and again when they change.</summary>
sealed class IgnoreFiles
{
    // Folders whose rules are kept; a workspace that has more reads them again.
    const int MostFolders = 20_000;

    sealed record Entry(FolderRules Rules, FolderRules? Parent, (long, long, long) Stamp);

    readonly ConcurrentDictionary<string, Entry> _folders = new(Paths.Comparer);
    readonly IgnoreRules _exclude;
    readonly string[] _above; // from the top of the repository that the root lies in, whose ignore files count too, to the root

    /// <param name="root">A normal path.</param>
    /// <param name="exclude">The user's patterns, from the root. They win over every ignore file.</param>
    public IgnoreFiles(string root, IgnoreRules exclude)
    {
        (Root, _exclude) = (root, exclude);
        var above = new List<string>();
        for (var folder = root; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            above.Add(folder);
            if (!Path.Exists(Path.Combine(folder, ".git"))) continue;
            _above = [.. Enumerable.Reverse(above)];
            return;
        }
        _above = [root];
    }

    public string Root { get; }

    /// <summary>Whether a path in the root is ignored, or one of the folders that lead to it.</summary>
    public bool Ignores(string path, bool isFolder = false)
    {
        var relative = Paths.Relative(path, Root);
        if (relative.Length == 0) return false;
        var rules = RootRules();
        var start = 0;
        while (relative.IndexOf('/', start) is var slash and >= 0)
        {
            if (Ignores(rules, relative[..slash], isFolder: true)) return true;
            rules = Inside(rules, relative[..slash]);
            start = slash + 1;
        }
        return Ignores(rules, relative, isFolder);
    }

    /// <summary>Whether something is ignored, given that the folder that it lies in is not.</summary>
    /// <param name="rules">That folder's.</param>
    /// <param name="relative">Its path from the root, with <c>/</c>.</param>
    public bool Ignores(FolderRules rules, string relative, bool isFolder) =>
        _exclude.Verdict(relative, isFolder) ?? rules.Ignores(relative[(relative.LastIndexOf('/') + 1)..], isFolder);

    /// <summary>The rules for what lies directly in the root.</summary>
    public FolderRules RootRules()
    {
        FolderRules? rules = null;
        foreach (var folder in _above) rules = Rules(rules, folder);
        return rules!;
    }

    /// <summary>The rules for what lies directly in a folder, whose path from the root is given.</summary>
    public FolderRules Inside(FolderRules parent, string relative) =>
        Rules(parent, Path.Combine(Root, relative.Replace('/', Path.DirectorySeparatorChar)));

    FolderRules Rules(FolderRules? parent, string folder)
    {
        var stamp = FolderRules.Stamp(folder);
        if (_folders.TryGetValue(folder, out var entry) && entry.Parent == parent && entry.Stamp == stamp) return entry.Rules;
        var rules = FolderRules.Read(parent, folder);
        if (_folders.Count >= MostFolders) _folders.Clear();
        _folders[folder] = new(rules, parent, stamp);
        return rules;
    }
}
