using System.Globalization;
using System.Text;

namespace CoderLsp.Commands.Terminal;

/// <summary>Text of files and models for a terminal, which must not be steered by it.</summary>
static class TerminalText
{
    const int TabWidth = 4;

    /// <summary>With tabs made blanks, as the terminal's own stops do not fit behind a mark, and control characters made visible.</summary>
    public static string Clean(string text)
    {
        if (!text.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format)) return text;
        var clean = new StringBuilder(text.Length);
        var column = 0;
        foreach (var c in text)
        {
            var before = clean.Length;
            _ = c switch
            {
                '\n' => clean.Append(c),
                '\t' => clean.Append(' ', TabWidth - column % TabWidth),
                '\r' => clean,
                // What joins the parts of an emoji; characters that turn the direction of text could hide code.
                '\u200D' => clean.Append(c),
                _ => clean.Append(Printable.Of(c.ToString())),
            };
            column = c == '\n' ? 0 : column + clean.Length - before;
        }
        return clean.ToString();
    }
}
