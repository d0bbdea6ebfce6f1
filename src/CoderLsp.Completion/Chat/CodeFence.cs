namespace CoderLsp.Completion.Chat;

/// <summary>Text as a code block of Markdown that nothing in the text can end.</summary>
static class CodeFence
{
    /// <param name="tag">Names the language; may be empty.</param>
    /// <returns>The block with its last line end.</returns>
    public static string Around(string text, string tag)
    {
        var fence = For(text);
        return $"{fence}{tag}\n{text}{(text.EndsWith('\n') ? "" : "\n")}{fence}\n";
    }

    /// <summary>More backticks than the text has anywhere in a row, at least three.</summary>
    public static string For(string text)
    {
        var (longest, run) = (2, 0);
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        return new('`', longest + 1);
    }
}
