using System.Globalization;
using System.Text;
using CoderLsp.Inference.Gguf;

namespace CoderLsp.Inference.Tokenization;

/// <summary>The tokens of a model: their texts, their bytes, their types. Immutable.</summary>
public sealed class Vocabulary
{
    readonly ByteStrings _texts;
    readonly ByteStrings _bytes;
    readonly ByteStringIndex _index;
    readonly int[]? _types;
    readonly bool[] _special;

    internal Vocabulary(VocabularyData data)
    {
        if (data.Tokens.Count == 0) throw new GgufException($"{data.Source}: the vocabulary is empty.");
        if (data.Types is { } types && types.Length != data.Tokens.Count)
            throw new GgufException($"{data.Source}: the vocabulary has {data.Tokens.Count} tokens, but {types.Length} token types.");
        _texts = data.Tokens;
        _types = data.Types;
        _index = new(_texts);
        _special = SpecialTexts.FindSpecial(this, data);
        _bytes = ReadBytes(data.Model == "llama");
    }

    /// <summary>Number of tokens; ids are 0 to <c>Count</c> - 1.</summary>
    public int Count => _texts.Count;

    /// <summary>The bytes of text that a token stands for; empty for special tokens.</summary>
    public ReadOnlySpan<byte> Bytes(int id) => _bytes[id];

    /// <summary>The token as the file writes it: <c>Ġreturn</c>, <c>▁return</c>, <c>&lt;0x0A&gt;</c>, <c>&lt;|EOT|&gt;</c>.</summary>
    public string Text(int id) => Encoding.UTF8.GetString(_texts[id]);

    public TokenType Type(int id) => _types is null ? TokenType.Normal : (TokenType)_types[id];

    /// <summary>
    /// Whether a token steers the model instead of standing for text: control tokens, and the markers (fill-in-the-middle, end of turn)
    /// that some files give another type. Text never becomes such a token unless asked for.
    /// </summary>
    public bool IsSpecial(int id) => _special[id];

    /// <summary>The token that the file writes as <paramref name="text"/>, or null.</summary>
    public int? Find(string text) => FindText(Encoding.UTF8.GetBytes(text)) is var id and >= 0 ? id : null;

    /// <summary>The token that the file writes so, of whatever type, or -1.</summary>
    internal int FindText(ReadOnlySpan<byte> text) => _index.Find(text);

    internal ReadOnlySpan<byte> TextBytes(int id) => _texts[id];

    ByteStrings ReadBytes(bool sentencePiece)
    {
        var builder = new ByteStrings.Builder(Count);
        for (var id = 0; id < Count; id++)
        {
            var text = _texts[id];
            var type = Type(id);
            if (_special[id]) builder.Advance(0);
            else if (type == TokenType.Byte && TryReadByte(text, out var value)) builder.Add([value]);
            else if (type is TokenType.UserDefined) builder.Add(text);
            else if (sentencePiece) AddUnescaped(text, builder);
            else AddByteLevel(text, builder);
        }
        return builder.Build();
    }

    static bool TryReadByte(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        return text is [(byte)'<', (byte)'0', (byte)'x', _, _, (byte)'>'] && byte.TryParse(text[3..5], NumberStyles.HexNumber, null, out value);
    }

    // SentencePiece writes a space as U+2581.
    static void AddUnescaped(ReadOnlySpan<byte> text, ByteStrings.Builder builder)
    {
        var target = builder.Reserve(text.Length);
        var length = 0;
        while (!text.IsEmpty)
        {
            var isSpace = text.StartsWith("▁"u8);
            target[length++] = isSpace ? (byte)' ' : text[0];
            text = text[(isSpace ? 3 : 1)..];
        }
        builder.Advance(length);
    }

    // A character outside the byte alphabet stands for itself.
    static void AddByteLevel(ReadOnlySpan<byte> text, ByteStrings.Builder builder)
    {
        var target = builder.Reserve(text.Length);
        var length = 0;
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var width);
            if (ByteAlphabet.ByteOf(rune.Value) is var value and >= 0)
            {
                target[length++] = (byte)value;
            }
            else
            {
                text[..width].CopyTo(target[length..]);
                length += width;
            }
            text = text[width..];
        }
        builder.Advance(length);
    }
}
