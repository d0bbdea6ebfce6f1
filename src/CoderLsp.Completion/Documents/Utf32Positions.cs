namespace CoderLsp.Completion.Documents;

/// <summary>Positions of clients that count Unicode code points (LSP <c>positionEncoding: "utf-32"</c>). A lone surrogate counts as one.</summary>
public static class Utf32Positions
{
    /// <summary>
    /// The UTF-16 position of a UTF-32 one. Code points beyond the line's end mean its end; a line that does not exist, or a negative
    /// number, comes back as it is, for <see cref="TextSnapshot.TryOffsetOf"/> to refuse.
    /// </summary>
    public static TextPosition FromUtf32(this TextSnapshot snapshot, TextPosition utf32)
    {
        if (utf32.Character <= 0 || (uint)utf32.Line >= (uint)snapshot.LineCount) return utf32;
        var (points, units) = (0, 0);
        foreach (var rune in snapshot.Line(utf32.Line).EnumerateRunes())
        {
            if (points++ == utf32.Character) break;
            units += rune.Utf16SequenceLength;
        }
        return utf32 with { Character = units };
    }

    /// <summary>The UTF-32 position of a UTF-16 one, by the same rules.</summary>
    public static TextPosition ToUtf32(this TextSnapshot snapshot, TextPosition utf16)
    {
        if (!snapshot.TryOffsetOf(utf16, out var offset)) return utf16;
        var points = 0;
        foreach (var _ in snapshot.Slice(snapshot.LineStart(utf16.Line), offset).EnumerateRunes()) points++;
        return utf16 with { Character = points };
    }
}
