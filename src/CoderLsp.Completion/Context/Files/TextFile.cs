using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context.Files;

/// <summary>Text files on disk as context: what is no text, too large or not to be read is simply not there.</summary>
static class TextFile
{
    public const int MaxBytes = 1 << 20;

    /// <summary>What tells one state of a file from another; null when there is no file that could be read.</summary>
    public static (DateTime Written, long Length)? Stamp(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists && file.Length <= MaxBytes ? (file.LastWriteTimeUtc, file.Length) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static string? Read(string path)
    {
        try
        {
            // A pipe, whose reader waits for a writer, and a device have no length. They are not opened; nor need an empty file be.
            if (new FileInfo(path).Length == 0) return "";
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            // One byte more than is allowed: a file may grow while it is read.
            var bytes = new byte[Math.Min(file.Length, MaxBytes) + 1];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return count > MaxBytes ? null : SourceFile.Decode(path, bytes.AsSpan(0, count));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SourceFileException)
        {
            return null;
        }
    }
}
