using System.Globalization;
using System.Text;

namespace CoderLsp.Commands;

/// <summary>Text of files for a terminal, which must not be steered by it.</summary>
static class Printable
{
    /// <summary>Control and format characters as escapes: a newline as <c>\n</c>, ESC as <c>\u001B</c>.</summary>
    public static string Of(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' => safe.Append("\\n"),
                '\r' => safe.Append("\\r"),
                '\t' => safe.Append("\\t"),
                _ when char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator => safe.Append($"\\u{(int)c:X4}"),
                _ => safe.Append(c),
            };
        }
        return safe.ToString();
    }
}
