using CoderLsp.Completion.Context;
using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Context;

/// <summary>A folder of files on disk with what is open in an editor that does not exist.</summary>
sealed class TemporaryWorkspace : IOpenDocuments, IDisposable
{
    readonly Dictionary<string, TextSnapshot> _open = [];

    public TemporaryWorkspace()
    {
        // As the system names it: on macOS the temporary folder is behind a link.
        Folder = RealPath.Of(Directory.CreateTempSubdirectory("coderlsp-").FullName)!;
        Root = Path.Combine(Folder, "root");
        Directory.CreateDirectory(Root);
        Files = new(this);
        Files.SetRoots([Root]);
    }

    public string Folder { get; }

    public string Root { get; }

    public WorkspaceFiles Files { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string PathOf(string name) => Path.GetFullPath(Path.Combine(Root, name));

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public TextSnapshot Open(string name, string text)
    {
        var path = PathOf(name);
        return _open[path] = new(DocumentUri.Of(path), LanguageIds.OfFile(path), 1, text);
    }

    public string Link(string name, string target)
    {
        var path = PathOf(name);
        File.CreateSymbolicLink(path, target);
        return path;
    }

    TextSnapshot? IOpenDocuments.Find(string path) => _open.GetValueOrDefault(path);

    IEnumerable<string> IOpenDocuments.Paths => _open.Keys;
}
