using System.Text;
using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Commands.Actions;

/// <summary>A source file that is to be changed: its text, and its bytes as they were when it was read.</summary>
sealed class EditableFile
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    readonly string _name;
    readonly byte[] _bytes;
    readonly Encoding _encoding;

    EditableFile(string name, TextSnapshot snapshot, byte[] bytes)
    {
        (_name, Snapshot, _bytes) = (name, snapshot, bytes);
        _encoding = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8,
            [0xFF, 0xFE, ..] => Encoding.Unicode,
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
            _ => Utf8,
        };
    }

    public TextSnapshot Snapshot { get; }

    /// <exception cref="SourceFileException">There is no such file, or it is no text.</exception>
    public static EditableFile Read(string path) => new(path, SourceFile.Read(path), File.ReadAllBytes(path));

    /// <summary>A text of this file with its byte order mark, which belongs to the first line of a diff.</summary>
    public string Marked(string text) => _encoding.Preamble.IsEmpty ? text : '\uFEFF' + text;

    /// <summary>Whether it can be written so that only what is edited changes.</summary>
    /// <exception cref="UserException">It holds bytes that are no text.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public void CheckWritable()
    {
        if (!BytesOf(Snapshot.Text).AsSpan().SequenceEqual(_bytes))
            throw new UserException($"{_name} is not in UTF-8, and writing it would change bytes that nobody edited. Save it as UTF-8.");
        using (Open(Target)) { }
    }

    /// <summary>
    /// Writes another text in the same encoding. Whoever reads the file meanwhile finds the old one or the new one whole; its permissions
    /// stay, and a link stays a link.
    /// </summary>
    /// <exception cref="ActionFailedException">The file has changed since it was read.</exception>
    public void Replace(string text)
    {
        var target = Target;
        using (var old = Open(target))
        {
            var now = new byte[old.Length];
            old.ReadExactly(now);
            if (!now.AsSpan().SequenceEqual(_bytes)) throw ActionFailedException.DocumentChanged();
        }

        // In the same folder: only there a rename replaces it at once.
        var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var written = new FileStream(temporary, options))
            {
                written.Write(BytesOf(text));
                written.Flush(flushToDisk: true);
            }
            if (OperatingSystem.IsWindows())
            {
                File.Replace(temporary, target, destinationBackupFileName: null);
                return;
            }
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // Of a full path: .NET takes the target of a link in the current folder, named without it, for one in the root.
    string Target => File.ResolveLinkTarget(Path.GetFullPath(_name), returnFinalTarget: true)?.FullName ?? Path.GetFullPath(_name);

    static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);

    byte[] BytesOf(string text) => [.. _encoding.Preamble, .. _encoding.GetBytes(text)];
}
