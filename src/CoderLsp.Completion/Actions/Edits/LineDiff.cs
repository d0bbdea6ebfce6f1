using DiffPlex;
using DiffPlex.Model;

namespace CoderLsp.Completion.Actions.Edits;

/// <summary>
/// Compares texts by lines, cut behind each LF with the line ends kept. So the pieces put together are the text, and CR LF stays
/// together; a text whose lines end with CR alone, as nobody has written them for decades, is one piece.
/// </summary>
static class LineDiff
{
    public static DiffResult Of(string old, string changed) =>
        new Differ().CreateCustomDiffs(old, changed, ignoreWhiteSpace: false, ignoreCase: false, Lines);

    static string[] Lines(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is var found and >= 0 ? found + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }
        return [.. lines];
    }
}
