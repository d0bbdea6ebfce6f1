using System.Text;
using CoderLsp.Completion.Actions.Instructions;

namespace CoderLsp.Completion.Actions.Edits;

/// <summary>The code in a model's answer.</summary>
/// <param name="Text">Its lines, with LF between them and no line break behind the last.</param>
/// <param name="Closed">Whether the fence behind it is there.</param>
sealed record AnswerCode(string Text, bool Closed)
{
    const int MostIndent = 3; // of CommonMark, compared with the opening fence

    sealed record Block(string Tag, string Text, bool Closed);

    /// <summary>
    /// The code that the answer is about, which stands between fences (<c>```</c> or <c>~~~</c>). Of several blocks: not the one that only
    /// repeats the replaced code; one in the document's language, or in none, before those in another; the longest; the first.
    /// Null for prose alone. A diff is no code.
    /// </summary>
    public static AnswerCode? Find(string answer, string languageId, string replaced)
    {
        var old = Plain(replaced);
        var best = Blocks(answer)
            .Where(block => !string.IsNullOrWhiteSpace(block.Text) && block.Tag is not ("diff" or "patch"))
            .OrderBy(block => Plain(block.Text) == old)
            .ThenByDescending(block => block.Tag.Length == 0 || CodeLanguage.Of(languageId).HasTag(block.Tag))
            .ThenByDescending(block => block.Text.Length) // stable: the first of the longest
            .FirstOrDefault();
        return best is null ? null : new(best.Text, best.Closed);
    }

    static string Plain(string text) => Lines.ToLf(text).Trim();

    static List<Block> Blocks(string answer)
    {
        var blocks = new List<Block>();
        var lines = Lines.ToLf(answer).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (Fence.Read(lines[i]) is not { } open) continue;
            var first = i + 1;
            var nested = 0;
            for (i = first; i < lines.Length; i++)
            {
                if (Fence.Read(lines[i]) is not { } fence || fence.Mark != open.Mark || fence.Length < open.Length) continue;
                if (fence.Indent > open.Indent + MostIndent) continue; // in a comment of the code
                // A closing fence has no tag: one with a tag opens a block in a block, as in documentation.
                if (fence.Tag.Length > 0) nested++;
                else if (nested > 0) nested--;
                else break;
            }
            blocks.Add(new(open.Tag, Join(lines.AsSpan(first..Math.Min(i, lines.Length)), open.Indent), i < lines.Length));
        }
        return blocks;
    }

    /// <summary>The lines without the white space that the opening fence has, as in the item of a list.</summary>
    static string Join(ReadOnlySpan<string> lines, int indent)
    {
        var text = new StringBuilder();
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0) text.Append('\n');
            var white = lines[i].Length - lines[i].AsSpan().TrimStart(' ').Length;
            text.Append(lines[i].AsSpan(Math.Min(white, indent)));
        }
        return text.ToString();
    }

    readonly record struct Fence(char Mark, int Length, int Indent, string Tag)
    {
        public static Fence? Read(string line)
        {
            var text = line.AsSpan().TrimStart(' ');
            if (text.Length < 3 || text[0] is not ('`' or '~')) return null;
            var length = text.IndexOfAnyExcept(text[0]) is var end and >= 0 ? end : text.Length;
            if (length < 3 || text[0] == '`' && text[length..].Contains('`')) return null;
            var tag = text[length..].Trim();
            if (tag.IndexOfAny(' ', ':', '{') is var space and > 0) tag = tag[..space];
            return new(text[0], length, line.Length - text.Length, tag.ToString().ToLowerInvariant());
        }
    }
}
