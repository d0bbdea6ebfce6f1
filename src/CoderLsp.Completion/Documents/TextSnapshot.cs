namespace CoderLsp.Completion.Documents;

/// <summary>
/// A document at one moment. Immutable: a change makes a new one, at a cost that does not grow with the document. A line ends at
/// CR LF, LF or CR; the text after the last of them is a line too.
/// </summary>
public sealed class TextSnapshot
{
    readonly TextChunks _chunks;
    string? _text;

    /// <param name="uri">As the client wrote it; it is compared, never opened.</param>
    /// <param name="languageId">The LSP's name of the language, <c>csharp</c>; empty for none.</param>
    /// <param name="version">As the client counts.</param>
    public TextSnapshot(string uri, string languageId, int version, string text) : this(uri, languageId, version, new TextChunks(text)) { }

    TextSnapshot(string uri, string languageId, int version, TextChunks chunks)
    {
        Uri = uri;
        LanguageId = languageId;
        Version = version;
        _chunks = chunks;
    }

    public string Uri { get; }

    public string LanguageId { get; }

    public int Version { get; }

    /// <summary>The whole text, put together at the first use: for a keystroke in a large document take <see cref="Slice"/>.</summary>
    public string Text => _text ??= _chunks.ToString();

    /// <summary>UTF-16 code units.</summary>
    public int Length => _chunks.Length;

    public char this[int offset] => _chunks[offset];

    public ReadOnlySpan<char> Slice(int start, int end) => _chunks.Slice(start, end);

    /// <summary>Lines, at least 1: a text that ends with a line break has an empty last line.</summary>
    public int LineCount => _chunks.LineCount;

    /// <summary>What ends the first line (<c>"\r\n"</c>, <c>"\n"</c> or <c>"\r"</c>); <c>"\n"</c> where there is one line only.</summary>
    public string LineEnding => LineCount == 1 ? "\n" : Slice(LineEnd(0), LineStart(1)).ToString();

    /// <summary>Offset of the first character of a line; of line <see cref="LineCount"/>, the end of the text.</summary>
    public int LineStart(int line) => line == LineCount ? Length : _chunks.LineStart(line);

    /// <summary>Offset of a line's break, or of the end of the text.</summary>
    public int LineEnd(int line)
    {
        var end = LineStart(line + 1);
        if (line + 1 == LineCount) return end;
        return end >= 2 && this[end - 1] == '\n' && this[end - 2] == '\r' ? end - 2 : end - 1;
    }

    /// <summary>A line without its break.</summary>
    public ReadOnlySpan<char> Line(int line) => Slice(LineStart(line), LineEnd(line));

    /// <summary>The line that an offset of the text lies in.</summary>
    public int LineAt(int offset) => _chunks.LineAt(offset);

    /// <summary>The position of an offset of the text. Between CR and LF: the end of the line.</summary>
    public TextPosition PositionOf(int offset)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)Length, nameof(offset));
        var line = LineAt(offset);
        return new(line, Math.Min(offset, LineEnd(line)) - LineStart(line));
    }

    /// <summary>
    /// The offset of a position. A character beyond the end of its line means that end, one inside a surrogate pair the pair's start.
    /// False when the line does not exist or a number is negative.
    /// </summary>
    public bool TryOffsetOf(TextPosition position, out int offset)
    {
        offset = 0;
        if (position.Character < 0 || (uint)position.Line >= (uint)LineCount) return false;
        var start = LineStart(position.Line);
        offset = start + Math.Min(position.Character, LineEnd(position.Line) - start);
        if (SplitsPair(offset)) offset--;
        return true;
    }

    /// <inheritdoc cref="TryOffsetOf"/>
    /// <exception cref="ArgumentOutOfRangeException">The position does not exist.</exception>
    public int OffsetOf(TextPosition position) => TryOffsetOf(position, out var offset)
        ? offset
        : throw new ArgumentOutOfRangeException(nameof(position), $"Position {position} is outside of the document, which has {LineCount} lines.");

    /// <summary>Whether an offset lies between the two halves of a character beyond U+FFFF.</summary>
    public bool SplitsPair(int offset) =>
        offset > 0 && offset < Length && char.IsLowSurrogate(this[offset]) && char.IsHighSurrogate(this[offset - 1]);

    /// <summary>This document with <paramref name="newText"/> in the place of <paramref name="range"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not exist or ends before it starts.</exception>
    public TextSnapshot WithChange(TextRange range, string newText, int version)
    {
        var (start, end) = (OffsetOf(range.Start), OffsetOf(range.End));
        if (end < start) throw new ArgumentOutOfRangeException(nameof(range), $"Range {range} ends before it starts.");
        return WithChange(start, end, newText, version);
    }

    internal TextSnapshot WithChange(int start, int end, string newText, int version) =>
        new(Uri, LanguageId, version, _chunks.WithChange(start, end, newText));

    /// <summary>The same document with another text.</summary>
    public TextSnapshot WithText(string text, int version) => new(Uri, LanguageId, version, text);

    /// <summary>Whether the first <paramref name="length"/> characters are those of another snapshot, which has as many.</summary>
    internal bool BeginsAs(TextSnapshot other, int length) => _chunks.Same(0, other._chunks, 0, length);

    /// <summary>Whether the last <paramref name="length"/> characters are those of another snapshot, which has as many.</summary>
    internal bool EndsAs(TextSnapshot other, int length) => _chunks.Same(Length - length, other._chunks, other.Length - length, length);
}
