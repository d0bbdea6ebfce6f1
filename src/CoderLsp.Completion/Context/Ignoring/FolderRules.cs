using System.Text;
using CoderLsp.Completion.Context.Files;

namespace CoderLsp.Completion.Context.Ignoring;

/// <summary>
/// The ignore files of one folder and of those above it, up to the repository's top. <c>.coderlspignore</c> wins over
/// <c>.gitignore</c> wherever it lies; among files of one name the deeper one wins.
/// </summary>
sealed class FolderRules
{
    const int LargestFile = 1 << 20;

    // What many checkouts have and nobody wants as context. Any ignore file can take them back.
    static readonly IgnoreRules Default = IgnoreRules.Of([".git", ".hg", ".svn", "node_modules"], Paths.IgnoreCase);

    readonly FolderRules? _parent;
    readonly string _path; // the folder's from the repository's top, with a slash at its end; empty for the top
    readonly IgnoreRules _git;
    readonly IgnoreRules _own;

    FolderRules(FolderRules? parent, string folder, IgnoreRules git, IgnoreRules own)
    {
        _path = parent is null ? "" : $"{parent._path}{Path.GetFileName(folder)}/";
        (_parent, _git, _own) = (parent, git, own);
    }

    public static FolderRules Read(FolderRules? parent, string folder)
    {
        // What git reads in its own folder counts less than every .gitignore: as if it stood first in the topmost one.
        var git = Lines(Path.Combine(folder, ".git", "info", "exclude")) is { } exclude
            ? exclude + "\n" + Lines(Path.Combine(folder, ".gitignore"))
            : Lines(Path.Combine(folder, ".gitignore"));
        return new(parent, folder, Rules(git), Rules(Lines(Path.Combine(folder, ".coderlspignore"))));
    }

    /// <summary>Whether what has this name in the folder is ignored, given that the folder is not.</summary>
    public bool Ignores(string name, bool isFolder) =>
        Verdict(name, isFolder, rules => rules._own) ?? Verdict(name, isFolder, rules => rules._git) ?? Default.Verdict(name, isFolder) ?? false;

    bool? Verdict(string name, bool isFolder, Func<FolderRules, IgnoreRules> which)
    {
        var path = _path + name;
        for (var rules = this; rules is not null; rules = rules._parent)
            if (which(rules).Verdict(path.AsSpan(rules._path.Length), isFolder) is { } verdict) return verdict;
        return null;
    }

    /// <summary>When the ignore files of a folder were last written, and how long they are: what tells an old reading from a new one.</summary>
    public static (long, long, long) Stamp(string folder) =>
        (
        StampOf(Path.Combine(folder, ".git", "info", "exclude")),
        StampOf(Path.Combine(folder, ".gitignore")),
        StampOf(Path.Combine(folder, ".coderlspignore")));

    static long StampOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? unchecked(file.LastWriteTimeUtc.Ticks * 31 + file.Length) : -1;
    }

    static IgnoreRules Rules(string? text) => text is null ? IgnoreRules.None : IgnoreRules.Parse(text, Paths.IgnoreCase);

    /// <summary>An ignore file's text; null when there is none. Git does not follow links to one.</summary>
    static string? Lines(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.LinkTarget is not null || file.Length == 0) return null;
            // One that cannot be understood ignores everything: better to know too little than to send too much.
            return file.Length > LargestFile ? "*" : Encoding.UTF8.GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "*";
        }
    }
}
