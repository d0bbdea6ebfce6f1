using System.Formats.Tar;
using System.IO.Compression;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;

namespace CoderLsp.ContextBench;

/// <summary>A repository on disk, with one document open.</summary>
sealed class Editor : IOpenDocuments, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-context-").FullName;
    TextSnapshot? _document;
    string _path = "";
    int _version;

    /// <param name="archive">A .tar.gz with one folder in it.</param>
    public Editor(string archive)
    {
        using var stream = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(stream, _folder, overwriteFiles: false);
        Root = Directory.GetDirectories(_folder).Single();
        Files = new(this);
        Files.SetRoots([Root]);
        Files.Configure(ContextFiles.Auto, []);
        Project = new(Files, this);
        WithoutChunks = new(Files, this) { OffersChunks = false };
    }

    public string Root { get; }

    public WorkspaceFiles Files { get; }

    public ProjectContext Project { get; }

    /// <summary>The same to measure what chunks are good for.</summary>
    public ProjectContext WithoutChunks { get; }

    /// <summary>Opens the document of a hole, with the cut; the cursor's offset.</summary>
    public (TextSnapshot Snapshot, int Cursor) Open(Hole hole)
    {
        var (text, cursor) = hole.Cut(File.ReadAllText(Path.Combine(Root, hole.Path)));
        return (Open(hole.Path, hole.Language, text), cursor);
    }

    /// <summary>Opens a document in the place of the one before.</summary>
    /// <param name="path">In the repository.</param>
    public TextSnapshot Open(string path, string language, string text)
    {
        _path = Path.Combine(Root, path);
        return _document = new(DocumentUri.Of(_path), language, ++_version, text);
    }

    TextSnapshot? IOpenDocuments.Find(string path) => path == _path ? _document : null;

    IEnumerable<string> IOpenDocuments.Paths => _document is null ? [] : [_path];

    public void Dispose()
    {
        Project.Dispose();
        WithoutChunks.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
