using System.Text;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context.Outlines;

/// <summary>
/// The declarations of a document, found by the first words of its lines and by their indentation, without a parser: a few are
/// missed in unusual layouts, and text that is no program gives a few that are none. Linear in the length of the document.
/// </summary>
/// <param name="Line">0-based.</param>
/// <param name="Depth">How many declarations it lies in.</param>
/// <param name="Text">The signature on one line, without its body.</param>
public readonly record struct Outline(int Line, int Depth, string Text)
{
    /// <summary>The declarations, in the order of their lines; none for languages that are not known.</summary>
    public static IReadOnlyList<Outline> Of(TextSnapshot snapshot) =>
        OutlineLanguage.Find(snapshot.LanguageId) is { } language ? new OutlineScanner(snapshot, language).Scan() : [];

    /// <summary>The declarations as text, a line each, indented by two spaces a level.</summary>
    /// <param name="maxCharacters">The deepest declarations go first, then the last ones, until it is this short.</param>
    public static string TextOf(TextSnapshot snapshot, int maxCharacters = int.MaxValue)
    {
        var lines = Of(snapshot);
        for (var depth = lines.Count == 0 ? 0 : lines.Max(line => line.Depth); depth > 0 && Size(lines) > maxCharacters; depth--)
            lines = [.. lines.Where(line => line.Depth < depth)];
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            if (text.Length + Size(line) > maxCharacters) break;
            text.Append(' ', 2 * line.Depth).Append(line.Text).Append('\n');
        }
        return text.ToString();
    }

    static int Size(Outline line) => 2 * line.Depth + line.Text.Length + 1;

    static long Size(IEnumerable<Outline> lines) => lines.Sum(line => (long)Size(line));
}
