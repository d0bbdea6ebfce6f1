using System.Text;

namespace CoderLsp.Completion.Documents;

/// <summary>A file that is no document. The message names the file, what is wrong and what to do, in one sentence or two.</summary>
public sealed class SourceFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Source files on disk as documents.</summary>
public static class SourceFile
{
    /// <summary>Larger files are no source, and a .NET string of them would take twice as much.</summary>
    public const long MaxBytes = 64 << 20;

    // Binary formats have a zero byte early; reading all of a large file for it would only be slower.
    const int BinaryProbe = 64 << 10;

    /// <summary>Reads a file: UTF-8, or UTF-16 where a byte order mark says so. Bytes that are no text become U+FFFD.</summary>
    /// <exception cref="SourceFileException">There is no such file, it cannot be read, it is binary, or too large.</exception>
    public static TextSnapshot Read(string path)
    {
        var full = Path.GetFullPath(path);
        return new(new Uri(full).AbsoluteUri, LanguageIds.OfFile(full), version: 0, Decode(path, ReadBytes(path, full)));
    }

    static byte[] ReadBytes(string path, string full)
    {
        try
        {
            if (Directory.Exists(full)) throw new SourceFileException($"'{path}' is a folder. Give a source file.");
            var file = new FileInfo(full);
            if (!file.Exists) throw new SourceFileException($"There is no file '{path}'.");
            if (file.Length > MaxBytes)
                throw new SourceFileException($"'{path}' is larger than {MaxBytes >> 20} MB. Give a source file.");
            return File.ReadAllBytes(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceFileException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The text of a file's bytes.</summary>
    internal static string Decode(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xEF, 0xBB, 0xBF, ..]) return DecodeUtf8(path, bytes[3..]);
        if (bytes is [0xFF, 0xFE, 0, 0, ..]) throw new SourceFileException($"'{path}' is UTF-32. Save it as UTF-8.");
        if (bytes is [0xFF, 0xFE, ..]) return Encoding.Unicode.GetString(bytes[2..]);
        if (bytes is [0xFE, 0xFF, ..]) return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        return DecodeUtf8(path, bytes);
    }

    static string DecodeUtf8(string path, ReadOnlySpan<byte> bytes)
    {
        var zero = bytes[..Math.Min(bytes.Length, BinaryProbe)].IndexOf((byte)0);
        if (zero >= 0) throw new SourceFileException($"'{path}' is a binary file (a zero byte at offset {zero}). Give a source file.");
        return Encoding.UTF8.GetString(bytes);
    }
}
