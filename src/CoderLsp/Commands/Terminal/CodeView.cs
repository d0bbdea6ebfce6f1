using Spectre.Console;

namespace CoderLsp.Commands.Terminal;

/// <summary>Lines of code in colour. No grammar: comments, texts, numbers and the words of the language.</summary>
sealed class CodeView(string language)
{
    static readonly Style Comment = new(Color.Green);
    static readonly Style Text = new(Color.Olive);
    static readonly Style Number = new(Color.Teal);
    static readonly Style Keyword = new(Color.Fuchsia);

    readonly CodeWords _words = CodeWords.Of(language);

    // What ends the comment or the text that the last line left open, and its style.
    (string End, Style Style)? _open;

    public static IEnumerable<Paragraph> Lines(string language, IEnumerable<string> lines)
    {
        var view = new CodeView(language);
        return [.. lines.Select(line => view.Line(line))];
    }

    /// <summary>The next line of the code.</summary>
    /// <param name="indent">Columns to put before it.</param>
    public Paragraph Line(string text, int indent = 0)
    {
        var line = TerminalText.Clean(text);
        // A paragraph of nothing would be no line at all.
        var shown = new Paragraph(line.Length == 0 ? " " : new(' ', indent));
        for (var at = 0; at < line.Length;)
        {
            var (length, style) = Next(line, at);
            shown.Append(line.Substring(at, length), style);
            at += length;
        }
        return shown;
    }

    (int Length, Style Style) Next(string line, int at)
    {
        var rest = line.AsSpan(at);
        if (_open is { } open) return Until(rest, 0, open.End, open.Style);
        foreach (var mark in _words.LineComments)
            if (rest.StartsWith(mark)) return (rest.Length, Comment);
        foreach (var (start, end) in _words.Comments)
            if (rest.StartsWith(start)) return Until(rest, start.Length, end, Comment);
        foreach (var mark in _words.LongTexts)
            if (rest.StartsWith(mark)) return Until(rest, mark.Length, mark, Text);
        if (_words.Quotes.Contains(rest[0]) && ClosingQuote(rest) is > 0 and var quote) return (quote + 1, Text);
        if (char.IsAsciiDigit(rest[0])) return (Run(rest, c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_'), Number);
        if (IsWord(rest[0]))
        {
            var length = Run(rest, IsWord);
            return (length, _words.IsKeyword(line.Substring(at, length)) ? Keyword : Style.Plain);
        }
        return (1, Style.Plain);
    }

    (int Length, Style Style) Until(ReadOnlySpan<char> rest, int from, string end, Style style)
    {
        var found = rest[from..].IndexOf(end);
        _open = found < 0 ? (end, style) : null;
        return (found < 0 ? rest.Length : from + found + end.Length, style);
    }

    // A quote that nothing closes in its line is no quote: an apostrophe, a lifetime.
    static int ClosingQuote(ReadOnlySpan<char> rest)
    {
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '\\') i++;
            else if (rest[i] == rest[0]) return i;
        }
        return -1;
    }

    static int Run(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        var length = 1;
        while (length < text.Length && belongs(text[length])) length++;
        return length;
    }

    static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '@' or '$';
}
