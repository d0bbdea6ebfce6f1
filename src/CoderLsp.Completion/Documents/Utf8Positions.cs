using System.Text;

namespace CoderLsp.Completion.Documents;

/// <summary>Positions of clients that count UTF-8 bytes (LSP <c>positionEncoding: "utf-8"</c>). A lone surrogate counts 3 bytes, as U+FFFD.</summary>
public static class Utf8Positions
{
    /// <summary>
    /// The UTF-16 position of a UTF-8 one. Bytes beyond the line's end mean its end, a byte inside a character its start; a line that
    /// does not exist, or a negative number, comes back as it is, for <see cref="TextSnapshot.TryOffsetOf"/> to refuse.
    /// </summary>
    public static TextPosition FromUtf8(this TextSnapshot snapshot, TextPosition utf8)
    {
        if (utf8.Character <= 0 || (uint)utf8.Line >= (uint)snapshot.LineCount) return utf8;
        var line = snapshot.Line(utf8.Line);
        var (bytes, units) = (0, 0);
        foreach (var rune in line.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > utf8.Character) break;
            units += rune.Utf16SequenceLength;
        }
        return utf8 with { Character = units };
    }

    /// <summary>The UTF-8 position of a UTF-16 one, by the same rules.</summary>
    public static TextPosition ToUtf8(this TextSnapshot snapshot, TextPosition utf16)
    {
        if (!snapshot.TryOffsetOf(utf16, out var offset)) return utf16;
        return utf16 with { Character = Encoding.UTF8.GetByteCount(snapshot.Slice(snapshot.LineStart(utf16.Line), offset)) };
    }
}
