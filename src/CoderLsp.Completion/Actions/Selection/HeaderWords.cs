namespace CoderLsp.Completion.Actions.Selection;

/// <summary>What the words of a line say about the block that it begins.</summary>
static class HeaderWords
{
    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Statements = new HashSet<string>
    {
        "if", "else", "elif", "elsif", "elseif", "for", "foreach", "while", "until", "do", "loop", "repeat", "switch", "case", "when", "match", "select",
        "default", "try", "catch", "except", "finally", "rescue", "ensure", "begin", "with", "using", "lock", "fixed", "checked", "unchecked", "unsafe",
        "guard", "defer", "go", "return", "throw", "raise", "yield", "await", "new", "get", "set", "init", "add", "remove", "unless", "synchronized",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    static readonly HashSet<string> BraceLanguages =
    [
        "csharp", "java", "kotlin", "scala", "swift", "javascript", "javascriptreact", "typescript", "typescriptreact", "c", "cpp", "go", "rust",
        "php", "powershell", "css", "json",
    ];

    /// <summary>Whether a line, white space off, begins as a statement does: <c>if</c>, <c>return</c>.</summary>
    public static bool IsStatement(ReadOnlySpan<char> line)
    {
        var end = 0;
        while (end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] == '_')) end++;
        // A method may be called add or get: "get {" and "get;" are no methods, "get(" is one.
        var word = line[..end];
        if (word is "get" or "set" or "init" or "add" or "remove" or "select" or "match" or "with" or "begin" or "default" or "repeat" or "go")
            return end == line.Length || line[end] != '(';
        return Statements.Contains(word);
    }

    /// <summary>Whether a header that is no statement is that of a function or a type.</summary>
    /// <param name="first">The header's first line, white space off.</param>
    /// <param name="last">The line with which its brackets are closed; may be the same.</param>
    /// <param name="braceBelow">Whether the next line at its indentation begins with <c>{</c>.</param>
    public static bool IsDeclaration(ReadOnlySpan<char> first, ReadOnlySpan<char> last, bool braceBelow, string languageId)
    {
        if (languageId == "python") return StartsWith(first, "def ", "class ", "async def ");
        if (languageId == "yaml") return false;
        if (languageId == "ruby") return StartsWith(first, "def ", "class ", "module ");
        if (languageId == "lua") return first.Contains("function", StringComparison.Ordinal);
        if (first.Contains(" new ", StringComparison.Ordinal)) return false;
        if (last.EndsWith('{'))
        {
            var before = last[..^1].TrimEnd();
            if (before.EndsWith("=>")) return first.Contains(" = ", StringComparison.Ordinal); // a function with a name; else an arm of a match
            return !before.IsEmpty && before[^1] is not ('=' or '(' or ',' or ':' or '[');
        }
        if (braceBelow) return !last.EndsWith('=');
        if (last.EndsWith("=>")) return true;
        return !BraceLanguages.Contains(languageId) && !last.EndsWith('(') && !last.EndsWith('[');
    }

    /// <summary>Whether a line, though not indented deeper, belongs to the header above it.</summary>
    public static bool ContinuesHeader(ReadOnlySpan<char> line)
    {
        var text = line.Trim();
        return text is ['{', ..] or "where" || text.StartsWith("where ");
    }

    /// <summary>Whether a line holds nothing but a comment, or a part of one, or an attribute.</summary>
    public static bool IsCommentOrAttribute(ReadOnlySpan<char> line)
    {
        var text = line.Trim();
        return StartsWith(text, "//", "/*", "* ", "*/", "--", "# ", "#[", "##", "#'", "@", "'''", ";;", "%%") || text is "*" or "#" or ['[', ..];
    }

    static bool StartsWith(ReadOnlySpan<char> text, params ReadOnlySpan<string> beginnings)
    {
        foreach (var beginning in beginnings)
            if (text.StartsWith(beginning)) return true;
        return false;
    }
}
