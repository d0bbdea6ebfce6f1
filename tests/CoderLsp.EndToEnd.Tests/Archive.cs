using System.Formats.Tar;
using System.IO.Compression;
using System.Xml.Linq;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>The files of one platform's archive, as <c>eng/publish</c> made it. Names begin in the archive's only folder.</summary>
sealed class Archive
{
    readonly Dictionary<string, (byte[] Bytes, UnixFileMode Mode)> _files = [];

    Archive(string path, string folder)
    {
        Path = path;
        Folder = folder;
    }

    public static string Version { get; } = XDocument.Load(TestData.InRepository("Directory.Build.props")).Descendants("Version").Single().Value;

    public string Path { get; }

    public string Folder { get; }

    public IReadOnlyCollection<string> Names => _files.Keys;

    public byte[] this[string name] => _files.TryGetValue(name, out var file) ? file.Bytes : throw new FileNotFoundException($"{name} is not in {Path}.");

    public UnixFileMode ModeOf(string name) => _files[name].Mode;

    public static string PathOf(string platform) => TestData.InRepository("artifacts", "archives", $"coderlsp-{Version}-{platform}{(IsZip(platform) ? ".zip" : ".tar.gz")}");

    public static Archive Read(string platform)
    {
        var archive = new Archive(PathOf(platform), $"coderlsp-{Version}-{platform}/");
        using var file = File.OpenRead(archive.Path);
        if (IsZip(platform)) archive.AddZip(file);
        else archive.AddTar(file);
        return archive;
    }

    static bool IsZip(string platform) => platform.StartsWith("win-", StringComparison.Ordinal);

    void AddZip(FileStream file)
    {
        using var zip = new ZipArchive(file);
        foreach (var entry in zip.Entries)
        {
            using var content = entry.Open();
            Add(entry.FullName, content, UnixFileMode.None);
        }
    }

    void AddTar(FileStream file)
    {
        using var tar = new TarReader(new GZipStream(file, CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
            if (entry.EntryType != TarEntryType.Directory)
                Add(entry.Name, entry.DataStream ?? Stream.Null, entry.Mode);
    }

    void Add(string name, Stream content, UnixFileMode mode)
    {
        name.ShouldStartWith(Folder);
        var bytes = new MemoryStream();
        content.CopyTo(bytes);
        _files.Add(name[Folder.Length..], (bytes.ToArray(), mode));
    }
}
