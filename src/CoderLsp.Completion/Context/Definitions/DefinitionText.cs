using CoderLsp.Completion.Context.Outlines;
using CoderLsp.Completion.Context.Related;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;

namespace CoderLsp.Completion.Context.Definitions;

/// <summary>What a file says about a name that it declares.</summary>
static class DefinitionText
{
    // Some 300 tokens.
    const int MostCharacters = 1_200;

    /// <summary>All of a short definition; of a long type its members' signatures, of a long function its beginning. Null: there is none.</summary>
    public static RelatedSource? Of(string name, string path, string text)
    {
        var snapshot = new TextSnapshot(DocumentUri.Of(path), LanguageIds.OfFile(path), 0, text);
        if (OutlineLanguage.Find(snapshot.LanguageId) is not { } language) return null;
        var outline = Outline.Of(snapshot);
        for (var i = 0; i < outline.Count; i++)
        {
            if (!DeclaredName.In(outline[i].Text, language.Types).SequenceEqual(name)) continue;
            var (first, end) = (outline[i].Line, EndOf(snapshot, outline[i].Line));
            return new(path, Shortened(snapshot, outline, i, end), $"defines {name}, which the selection uses") { Lines = (first + 1, end) };
        }
        return null;
    }

    static string Shortened(TextSnapshot snapshot, IReadOnlyList<Outline> outline, int at, int end)
    {
        var first = outline[at].Line;
        var whole = snapshot.Slice(snapshot.LineStart(first), snapshot.LineEnd(end - 1));
        if (whole.Length <= MostCharacters) return whole.ToString() + "\n";
        var members = outline.Skip(at + 1).TakeWhile(member => member.Line < end).ToList();
        var lines = members.Count == 0
            ? Enumerable.Range(first, end - first).Select(line => snapshot.Line(line).ToString())
            : members.Prepend(outline[at]).Select(member => new string(' ', 2 * (member.Depth - outline[at].Depth)) + member.Text);
        var length = 0;
        return string.Concat(lines.TakeWhile(line => (length += line.Length + 1) <= MostCharacters).Select(line => line + "\n"));
    }

    /// <summary>The line behind a definition: what is indented more belongs to it, and brackets of its own that open or close at its column.</summary>
    static int EndOf(TextSnapshot snapshot, int first)
    {
        var (columns, end) = (Indentation.Columns(snapshot.Line(first)), first + 1);
        for (var line = first + 1; line < snapshot.LineCount; line++)
        {
            var code = snapshot.Line(line).Trim();
            if (code.IsEmpty) continue;
            var here = Indentation.Columns(snapshot.Line(line));
            if (here < columns || here == columns && !(code[0] is '{' or '}' or ')' or ']' || code is "end")) break;
            end = line + 1;
            if (here == columns && (code[0] == '}' || code is "end")) break;
        }
        return end;
    }
}
