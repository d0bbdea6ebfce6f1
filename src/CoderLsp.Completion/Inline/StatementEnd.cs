namespace CoderLsp.Completion.Inline;

/// <summary>
/// A model that reads left to right ends the statement, though text that belongs to it stands to the right of the cursor. The
/// statement goes on there, so the suggestion ends before its <c>;</c>.
/// </summary>
static class StatementEnd
{
    public static ReadOnlySpan<char> Cut(CursorContext cursor, ReadOnlySpan<char> text, string languageId)
    {
        if (!cursor.HasTextToTheRight || languageId is "markdown" or "plaintext" or "tex" or "latex" or "ini" or "clojure" or "lisp") return text;
        var rest = cursor.Right.AsSpan().TrimStart();
        // A comment, or the end of the block, may stand behind a whole statement.
        if (rest[0] is '}' or '#' || rest.StartsWith("//") || rest.StartsWith("/*")) return text;

        var depth = Brackets.Depth(cursor.Left);
        char? quote = null;
        foreach (var c in cursor.Left) quote = After(c, quote);
        if (quote is not null) return text; // in a string a ; is text
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ';' && quote is null && depth + Brackets.Depth(text[..i]) <= 0) return text[..i].TrimEnd(); // not those of for (;;)
            quote = After(text[i], quote);
        }
        return text;
    }

    static char? After(char c, char? quote) => quote is null ? c is '"' or '`' ? c : null : c == quote ? null : quote;
}
