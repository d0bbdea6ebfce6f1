using System.Buffers.Binary;
using System.Collections;
using System.Text;

namespace CoderLsp.Inference.Gguf;

/// <summary>An array of strings in a GGUF file, such as a vocabulary. It can be read only while the file is open.</summary>
public sealed class GgufStrings : IReadOnlyList<string>
{
    readonly MappedFile _file;
    readonly Lazy<long[]> _offsets;

    internal GgufStrings(MappedFile file, long offset, int count)
    {
        (_file, Count) = (file, count);
        // Most readers of a file never look at its vocabulary: what finding 100,000 strings costs is paid at the first look.
        _offsets = new(() => FindOffsets(offset));
    }

    public int Count { get; }

    /// <summary>The string, with U+FFFD in place of bytes that are not UTF-8.</summary>
    public string this[int index] => Encoding.UTF8.GetString(Bytes(index));

    /// <summary>The bytes of the string as they lie in the mapped file; valid while the file is open.</summary>
    public ReadOnlySpan<byte> Bytes(int index)
    {
        var offset = _offsets.Value[index];
        return _file.Slice(offset + sizeof(ulong), LengthAt(offset));
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    long[] FindOffsets(long offset)
    {
        var offsets = new long[Count];
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = offset;
            offset += sizeof(ulong) + LengthAt(offset);
        }
        return offsets;
    }

    long LengthAt(long offset) => BinaryPrimitives.ReadInt64LittleEndian(_file.Slice(offset, sizeof(ulong)));
}
