using System.Globalization;
using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Commands.Actions;

/// <summary>Lines as the command line names them: <c>FILE:FIRST-LAST</c>, <c>FILE:LINE</c> for the block around it, or <c>FILE</c>.</summary>
/// <param name="First">From 1; null for all of the file.</param>
/// <param name="Last">Null for the block around <paramref name="First"/>.</param>
readonly record struct FileLines(string File, int? First, int? Last)
{
    /// <summary>Reads from the right, because a file's name may hold colons (<c>C:\x.cs:3-7</c>).</summary>
    /// <exception cref="UsageException">The text is not of this form.</exception>
    public static FileLines Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var numbers = colon < 0 ? "" : text[(colon + 1)..];
        var file = colon < 0 ? text : text[..colon];
        if (text.Length == 0 || file.Length == 0) throw Wrong(text, "it names no file");
        if (colon < 0 || numbers.AsSpan().ContainsAny('/', '\\') || System.IO.File.Exists(text)) return new(text, null, null);

        var (first, last) = numbers.Split('-') switch
        {
            [var only] => (Number(only, text), (int?)null),
            [var from, var to] => (Number(from, text), Number(to, text)),
            _ => throw Wrong(text, $"'{numbers}' is neither a line nor two with '-' between them"),
        };
        if (last < first) throw Wrong(text, $"line {last} comes before line {first}");
        // As compilers and `coderlsp complete` name a place.
        if (file.LastIndexOf(':') is > 0 and var other && file.AsSpan(other + 1) is { Length: > 0 } line && !line.ContainsAnyExceptInRange('0', '9'))
            throw Wrong(text, "it has a column");
        return new(file, first, last);
    }

    /// <summary>The lines in the file's text.</summary>
    /// <exception cref="UserException">They are not there.</exception>
    public TextRange RangeIn(TextSnapshot snapshot)
    {
        if ((Last ?? First) is not { } end) return new(default, snapshot.PositionOf(snapshot.Length));
        if (end > snapshot.LineCount)
            throw new UserException($"Line {end} is beyond the end of {File}, which has {snapshot.LineCount} {(snapshot.LineCount == 1 ? "line" : "lines")}.");
        if (Last is not null) return new(new(First!.Value - 1, 0), snapshot.PositionOf(snapshot.LineEnd(end - 1)));
        return ActionOffers.Target(snapshot, TextRange.At(new(end - 1, 0)))
            ?? throw new UserException($"Line {end} of {File} lies in no function or type. Give the lines: {File}:FIRST-LAST.");
    }

    static int Number(string digits, string text) =>
        digits.Length == 0 || !digits.All(char.IsAsciiDigit) ? throw Wrong(text, $"'{digits}' is no line number")
        : !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? throw Wrong(text, $"{digits} is beyond the end of any file")
        : number == 0 ? throw Wrong(text, "lines count from 1") : number;

    static UsageException Wrong(string text, string why) =>
        new($"'{text}' names no lines: {why}. Write FILE:FIRST-LAST with numbers from 1, FILE:LINE for the function around a line, or FILE.");
}
