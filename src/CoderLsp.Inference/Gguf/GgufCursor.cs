using System.Runtime.CompilerServices;
using System.Text;

namespace CoderLsp.Inference.Gguf;

/// <summary>Reads the header of a GGUF file from front to back. Nothing is read or skipped that is not inside the file.</summary>
sealed unsafe class GgufCursor(MappedFile file, string path)
{
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytes from the start of the file.</summary>
    public long Position { get; private set; }

    public long Remaining => file.Length - Position;

    /// <summary>What is being read, for error messages: <c>the header</c>, <c>tensor 'output.weight'</c>.</summary>
    public string Where { get; set; } = "the header";

    public T Read<T>() where T : unmanaged
    {
        var offset = Skip((ulong)sizeof(T));
        return Unsafe.ReadUnaligned<T>(file.Start + offset);
    }

    /// <summary>Moves on and returns the position before.</summary>
    public long Skip(ulong bytes)
    {
        if (bytes > (ulong)Remaining)
            throw Error($"needs {bytes} bytes at byte {Position}, but the file ends after {file.Length}; it is damaged or incomplete");
        var offset = Position;
        Position += (long)bytes;
        return offset;
    }

    /// <summary>A number of things of at least <paramref name="smallest"/> bytes each, checked against what is left of the file,
    /// so that it may size memory.</summary>
    public int ReadCount(string things, int smallest, int limit)
    {
        var count = Read<ulong>();
        if (count > (ulong)(Remaining / smallest))
            throw Error($"says that it has {count} {things}, but only {Remaining} bytes of the file are left after byte {Position}");
        return count <= (ulong)limit ? (int)count : throw Error($"says that it has {count} {things}; at most {limit} are supported");
    }

    /// <summary>Skips a string and returns where its bytes lie.</summary>
    public (long Offset, int Length) ReadString()
    {
        var length = Read<ulong>();
        if (length > (ulong)Remaining || length > int.MaxValue)
            throw Error($"has a string of {length} bytes at byte {Position}, but only {Remaining} bytes of the file are left");
        return (Skip(length), (int)length);
    }

    /// <summary>The name of a metadata entry or a tensor: 1 to 65535 bytes of UTF-8.</summary>
    public string ReadName()
    {
        var (offset, length) = ReadString();
        if (length is 0 or > ushort.MaxValue)
            throw Error($"has a name of {length} bytes at byte {offset}; 1 to {ushort.MaxValue} are allowed");
        try
        {
            return StrictUtf8.GetString(file.Slice(offset, length));
        }
        catch (DecoderFallbackException)
        {
            throw Error($"has a name at byte {offset} that is not valid UTF-8");
        }
    }

    /// <summary>An error whose message is made of the file, <see cref="Where"/> and <paramref name="problem"/>.</summary>
    public GgufException Error(string problem) => new($"{path}: {Where} {problem}.");
}
