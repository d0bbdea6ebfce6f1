using System.Formats.Tar;
using System.IO.Compression;

namespace CoderLsp.TypingBench;

/// <summary>
/// The repositories around the files that are edited, as far as they are there. They are as they stood at one commit, later than the
/// edits: the file that is edited is as it was, the others may have become otherwise since.
/// </summary>
/// <param name="archives">Folder of NAME.tar.gz, with one folder in each.</param>
sealed class Workspaces(string archives) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-typing-").FullName;

    public bool Has(Trace trace) => File.Exists(ArchiveOf(trace));

    /// <summary>The root of a trace's repository.</summary>
    public string FolderOf(Trace trace)
    {
        var folder = Path.Combine(_folder, NameOf(trace));
        if (!Directory.Exists(folder))
        {
            using var stream = new GZipStream(File.OpenRead(ArchiveOf(trace)), CompressionMode.Decompress);
            TarFile.ExtractToDirectory(stream, Directory.CreateDirectory(folder).FullName, overwriteFiles: false);
        }
        return Directory.GetDirectories(folder).Single();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static string NameOf(Trace trace) => trace.Repository.Split('/')[1].ToLowerInvariant();

    string ArchiveOf(Trace trace) => Path.Combine(archives, NameOf(trace) + ".tar.gz");
}
