using System.Text;

namespace CoderLsp.Inference.Tokenization;

/// <summary>
/// Text from bytes that arrive in parts. A character is given out when its last byte has come, never half of one; bytes that are not
/// UTF-8 become U+FFFD just as they do when all are decoded at once. One stream, one decoder; not for several threads.
/// </summary>
public sealed class Utf8StreamDecoder
{
    readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>The characters that <paramref name="bytes"/> complete.</summary>
    public string Append(ReadOnlySpan<byte> bytes) => Decode(bytes, flush: false);

    /// <summary>Ends the stream: U+FFFD if a character is incomplete, else nothing. The decoder then begins anew.</summary>
    public string Flush() => Decode([], flush: true);

    string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var length = _decoder.GetCharCount(bytes, flush);
        var characters = length <= 256 ? stackalloc char[length] : new char[length];
        _decoder.GetChars(bytes, characters, flush);
        return new(characters);
    }
}
