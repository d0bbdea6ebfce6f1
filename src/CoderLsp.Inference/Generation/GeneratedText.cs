using System.Text;

namespace CoderLsp.Inference.Generation;

/// <summary>The characters of a growing text; a character whose bytes are split over tokens appears when it is whole. Reused between texts.</summary>
sealed class GeneratedText
{
    readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    char[] _characters = new char[1024];
    int _length;

    public ReadOnlySpan<char> Span => _characters.AsSpan(0, _length);

    public void Clear()
    {
        _decoder.Reset();
        _length = 0;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        // A byte makes at most one character, and one more may be owed from before.
        if (_length + bytes.Length + 1 > _characters.Length) Array.Resize(ref _characters, 2 * (_length + bytes.Length + 1));
        _length += _decoder.GetChars(bytes, _characters.AsSpan(_length), flush: false);
    }
}
