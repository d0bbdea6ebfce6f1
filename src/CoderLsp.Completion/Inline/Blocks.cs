namespace CoderLsp.Completion.Inline;

/// <summary>What opens and closes blocks, as far as one line shows it.</summary>
static class Blocks
{
    /// <summary>Whether a line ends with something that opens a block.</summary>
    public static bool Opens(string line, string languageId)
    {
        var code = WithoutComment(line, languageId).TrimEnd();
        if (code.IsEmpty) return false;
        if (code[^1] is '{' or '(' or '[') return true;
        return languageId switch
        {
            "python" or "yaml" => code[^1] == ':',
            "ruby" => EndsWithWord(code, "do", "then", "else", "begin") || code[^1] == '|' || StartsWithWord(code, "def", "class", "module", "if", "unless", "while"),
            "lua" => EndsWithWord(code, "do", "then", "else", "repeat") || code[^1] == ')' && code.Contains("function", StringComparison.Ordinal),
            "shellscript" => EndsWithWord(code, "do", "then", "else"),
            _ => false,
        };
    }

    /// <summary>Whether a line begins with something that closes a block.</summary>
    public static bool Closes(ReadOnlySpan<char> line)
    {
        var code = line.TrimStart();
        return !code.IsEmpty && (code[0] is '}' or ')' or ']' || code.StartsWith("</") || StartsWithWord(code, "end", "fi", "done", "esac", "until"));
    }

    static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> line, string languageId)
    {
        // Only a comment set off by a space: "#" and "//" stand in strings and addresses too.
        var comment = line.LastIndexOf(languageId is "python" or "yaml" or "ruby" or "shellscript" ? " # " : languageId == "lua" ? " -- " : " // ");
        return comment < 0 ? line : line[..comment];
    }

    static bool StartsWithWord(ReadOnlySpan<char> code, params ReadOnlySpan<string> words)
    {
        code = code.TrimStart();
        foreach (var word in words)
            if (code.StartsWith(word) && (code.Length == word.Length || !char.IsLetterOrDigit(code[word.Length]) && code[word.Length] != '_')) return true;
        return false;
    }

    static bool EndsWithWord(ReadOnlySpan<char> code, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (code.EndsWith(word) && (code.Length == word.Length || !char.IsLetterOrDigit(code[^(word.Length + 1)]))) return true;
        return false;
    }
}
