using CoderLsp.Completion.Context.Files;

namespace CoderLsp.Completion.Context.Ignoring;

/// <summary>Which files of some workspace folders are ignored, and which of all files are secrets.</summary>
sealed class FileRules
{
    readonly IgnoreRules _exclude;
    readonly IgnoreFiles[] _roots; // innermost first

    /// <param name="roots">Normal paths.</param>
    /// <param name="exclude">The user's patterns; each counts from the root that a file lies in.</param>
    public FileRules(IEnumerable<string> roots, IEnumerable<string> exclude)
    {
        _exclude = IgnoreRules.Of(exclude, Paths.IgnoreCase);
        _roots = [.. roots.Distinct(Paths.Comparer).OrderByDescending(root => root.Length).Select(root => new IgnoreFiles(root, _exclude))];
    }

    /// <summary>The roots that are no links, in the order of their paths.</summary>
    public IEnumerable<IgnoreFiles> RealRoots =>
        _roots.Where(root => Paths.Comparer.Equals(RealPath.Of(root.Root), root.Root)).OrderBy(root => root.Root, StringComparer.Ordinal);

    /// <summary>The ignore files of the innermost root that a path lies in; null when it lies in none.</summary>
    public IgnoreFiles? RootOf(string path) => Array.Find(_roots, root => Paths.IsInside(path, root.Root));

    public bool IsIgnored(string path) => RootOf(path)?.Ignores(path) ?? false;

    /// <summary>
    /// Whether a file's name is that of a secret, or the user excludes it. The user's patterns win: <c>!.env.local</c> takes a secret back.
    /// </summary>
    public bool IsSecret(string path)
    {
        var relative = Paths.Relative(path, RootOf(path)?.Root ?? Path.GetPathRoot(path) ?? "");
        for (var slash = relative.IndexOf('/'); slash >= 0; slash = relative.IndexOf('/', slash + 1))
            if (_exclude.Verdict(relative.AsSpan(0, slash), isFolder: true) == true) return true;
        return _exclude.Verdict(relative, isFolder: false) ?? SecretFiles.Matches(path);
    }
}
