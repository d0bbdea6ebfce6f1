using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CoderLsp.Inference.Gguf;

/// <summary>
/// Tells models apart without reading them whole: a hash of each part's length and header (all metadata, and where tensors of which types
/// lie), and of some bytes of each tensor. Another training, quantisation or vocabulary gives another one.
/// </summary>
static unsafe class ModelFingerprint
{
    // Of the beginning, the middle and the end of each tensor.
    const int Sample = 256;

    public static byte[] Of(GgufFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(long)];
        foreach (var part in file.Parts)
        {
            BinaryPrimitives.WriteInt64LittleEndian(length, part.File.Length);
            hash.AppendData(length);
            var header = part.Header.Tensors.Count == 0 ? part.File.Length : part.Header.Tensors.Min(tensor => tensor.Offset);
            hash.AppendData(part.File.Slice(0, header));
        }

        foreach (var tensor in file.Tensors)
        {
            var most = Math.Max(0, tensor.ByteLength - Sample);
            foreach (var at in (ReadOnlySpan<long>)[0, most / 2, most])
                hash.AppendData(new ReadOnlySpan<byte>((byte*)tensor.Data + at, (int)Math.Min(Sample, tensor.ByteLength - at)));
        }

        return hash.GetHashAndReset();
    }
}
