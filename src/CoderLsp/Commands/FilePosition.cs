using System.Globalization;

namespace CoderLsp.Commands;

/// <summary>A cursor as the command line names it, <c>FILE:LINE:COLUMN</c>.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 code units; a tab is one. The end of a line is its length + 1.</param>
readonly record struct FilePosition(string File, int Line, int Column)
{
    /// <summary>Reads from the right, because a file's name may hold colons (<c>C:\x.cs:3:7</c>).</summary>
    /// <exception cref="UsageException">The text is not of this form.</exception>
    public static FilePosition Parse(string text)
    {
        // Compilers print a colon behind the column.
        var trimmed = text.EndsWith(':') ? text[..^1] : text;
        var (rest, last) = SplitLast(trimmed);
        if (IsNegative(last)) throw Wrong(text, $"{last} is no number from 1");
        if (!IsNumber(last)) throw Wrong(text, "it has no line and column");
        var (file, line) = SplitLast(rest);
        if (IsNegative(line)) throw Wrong(text, $"{line} is no line number from 1");
        if (!IsNumber(line)) throw Wrong(text, "it has a line but no column");
        if (file.Length == 0) throw Wrong(text, "it names no file");
        return new FilePosition(file, Number(line, text), Number(last, text)) switch
        {
            { Line: 0 } => throw Wrong(text, "lines count from 1"),
            { Column: 0 } => throw Wrong(text, "columns count from 1"),
            var position => position,
        };
    }

    static (string Before, string After) SplitLast(string text) =>
        text.LastIndexOf(':') is >= 0 and var colon ? (text[..colon], text[(colon + 1)..]) : (text, "");

    static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    static bool IsNegative(string text) => text.StartsWith('-') && IsNumber(text[1..]);

    static int Number(string digits, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw Wrong(text, $"{digits} is beyond the end of any file");

    static UsageException Wrong(string text, string why) =>
        new($"'{text}' is no position: {why}. Write FILE:LINE:COLUMN with numbers from 1, for example Program.cs:12:5.");
}
