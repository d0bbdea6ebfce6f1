using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;
using CoderLsp.Configuration;
using RelatedFile = CoderLsp.Completion.Actions.RelatedFile;

namespace CoderLsp.Commands.Actions;

/// <summary>The project that a file on the command line belongs to: the git repository around it, else its folder.</summary>
static class ProjectFiles
{
    // Someone waits: a project of 4 MB takes a second of it.
    static readonly TimeSpan MostReading = TimeSpan.FromSeconds(5);

    /// <summary>What a prompt about these lines takes along of other files; never of ignored ones or secrets.</summary>
    public static IReadOnlyList<RelatedFile> Related(TextSnapshot snapshot, TextRange range, string file, ContextSettings settings, CancellationToken cancellation)
    {
        using var project = Context(file, settings);
        var root = RootOf(file);
        Read(project.ReadAll, file, cancellation);
        return [.. project.RelatedTo(snapshot, range, cancellation)
            .Select(other => new RelatedFile(Path.GetRelativePath(root, other.Path).Replace('\\', '/'), other.Text) { Lines = other.Lines, Reason = other.Reason })];
    }

    /// <summary>The project around a file.</summary>
    public static ProjectContext Context(string file, ContextSettings settings)
    {
        var open = new NothingOpen();
        var files = new WorkspaceFiles(open);
        files.SetRoots([RootOf(file)]);
        files.Configure(settings.Files, settings.Exclude);
        return new(files, open);
    }

    /// <summary>Reads a project; of a very large one what is near the file.</summary>
    /// <param name="readAll">As <see cref="ProjectContext.ReadAll"/>.</param>
    public static void Read(Action<string, CancellationToken> readAll, string file, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(MostReading);
        try
        {
            readAll(Path.GetFullPath(file), limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // What was read until then is what there is.
        }
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
