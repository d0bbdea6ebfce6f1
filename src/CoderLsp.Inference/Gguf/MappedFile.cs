using System.IO.MemoryMappedFiles;

namespace CoderLsp.Inference.Gguf;

/// <summary>A file mapped into memory for reading. It stays open, and closed to writers where the platform can do that,
/// because a file that is shortened under its map faults instead of throwing.</summary>
sealed unsafe class MappedFile : IDisposable
{
    readonly string _path;
    readonly FileStream _file;
    readonly DateTime _written;
    readonly MemoryMappedFile _map;
    readonly MemoryMappedViewAccessor _view;
    byte* _start;

    /// <exception cref="GgufException">The path is no file that can be read and mapped.</exception>
    public MappedFile(string path)
    {
        if (Directory.Exists(path)) throw new GgufException($"{path}: this is a folder, not a model file.");
        _path = path;
        try
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            Length = _file.CanSeek ? _file.Length : throw new IOException("it cannot be mapped, as it is no ordinary file");
            if (Length == 0) throw new GgufException($"{path}: the file is empty.");
            _written = File.GetLastWriteTimeUtc(_file.SafeFileHandle);
            _map = MemoryMappedFile.CreateFromFile(_file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
        }
        catch (Exception error)
        {
            _view?.Dispose();
            _map?.Dispose();
            _file?.Dispose();
            if (error is GgufException) throw;
            throw Explain(path, error);
        }
    }

    /// <summary>Bytes that are mapped: those that the file had when it was opened.</summary>
    public long Length { get; }

    /// <summary>Bytes that the file has now.</summary>
    /// <exception cref="ObjectDisposedException">The map is closed.</exception>
    public long LengthOnDisk => RandomAccess.GetLength(_file.SafeFileHandle);

    /// <summary>Whether the path leads to another file now, or the file was written to. Not when it is gone. Takes a look at the disk; the map may be closed.</summary>
    public bool HasChangedOnDisk
    {
        get
        {
            try
            {
                // Opened, as the path may be a link, whose own time says nothing.
                using var now = File.OpenHandle(_path, share: FileShare.ReadWrite | FileShare.Delete);
                return RandomAccess.GetLength(now) != Length || File.GetLastWriteTimeUtc(now) != _written;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>The first byte.</summary>
    /// <exception cref="ObjectDisposedException">The map is closed.</exception>
    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return _start;
        }
    }

    /// <summary>Bytes of the file, valid until the map is closed.</summary>
    public ReadOnlySpan<byte> Slice(long offset, long length)
    {
        if (offset < 0 || length < 0 || length > int.MaxValue || offset > Length - length)
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length} bytes at {offset} of a file of {Length} bytes.");
        return new(Start + offset, (int)length);
    }

    public void Dispose()
    {
        if (_start is null) return;
        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }

    internal static GgufException Explain(string path, Exception error) => new(error switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{path}: there is no such file.",
        UnauthorizedAccessException => $"{path}: reading this file is not permitted.",
        ArgumentException or NotSupportedException => $"'{path}' is not a valid path of a file.",
        OutOfMemoryException => $"{path}: the system has no room to map the file into memory.",
        _ => $"{path}: the file cannot be opened: {error.Message}",
    });
}
