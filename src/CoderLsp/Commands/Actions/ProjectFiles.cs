using CoderLsp.Completion.Context;
using CoderLsp.Completion.Context.Related;
using CoderLsp.Completion.Documents;
using CoderLsp.Configuration;
using RelatedFile = CoderLsp.Completion.Actions.RelatedFile;

namespace CoderLsp.Commands.Actions;

/// <summary>The project that a file on the command line belongs to: the git repository around it, else its folder.</summary>
static class ProjectFiles
{
    /// <summary>The files that a prompt about these lines takes along; never ignored ones or secrets.</summary>
    public static IReadOnlyList<RelatedFile> Related(TextSnapshot snapshot, TextRange range, string file, ContextSettings settings, CancellationToken cancellation)
    {
        var (root, files) = (RootOf(file), Files(file, settings, new NothingOpen()));
        return [.. RelatedFiles.Find(snapshot, range, files, cancellation: cancellation)
            .Select(related => new RelatedFile(Path.GetRelativePath(root, related.Path).Replace('\\', '/'), related.Text))];
    }

    /// <summary>What a suggestion in this file takes along.</summary>
    public static ProjectContext Context(string file, ContextSettings settings)
    {
        var open = new NothingOpen();
        return new(Files(file, settings, open), open);
    }

    /// <summary>
    /// What a diff and a chat call a file: its path from the current folder, where <c>git apply</c> and <c>patch -p1</c> then find it;
    /// for a file outside of that folder, its path in its project.
    /// </summary>
    public static string NameOf(string file, string currentFolder)
    {
        var path = Path.GetRelativePath(currentFolder, Path.GetFullPath(file, currentFolder));
        if (path.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(path)) path = Path.GetRelativePath(RootOf(file), Path.GetFullPath(file));
        return path.Replace('\\', '/');
    }

    static WorkspaceFiles Files(string file, ContextSettings settings, IOpenDocuments open)
    {
        var files = new WorkspaceFiles(open);
        files.SetRoots([RootOf(file)]);
        files.Configure(settings.Files, settings.Exclude);
        return files;
    }

    static string RootOf(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        // A worktree and a submodule have a file of that name.
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
            if (Path.Exists(Path.Combine(at, ".git"))) return at;
        return folder;
    }

    sealed class NothingOpen : IOpenDocuments
    {
        public IEnumerable<string> Paths => [];

        public TextSnapshot? Find(string path) => null;
    }
}
