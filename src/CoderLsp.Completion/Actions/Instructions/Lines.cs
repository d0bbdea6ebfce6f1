namespace CoderLsp.Completion.Actions.Instructions;

/// <summary>Texts as they are shown to models and people.</summary>
static class Lines
{
    /// <summary>With LF between lines, as in the models' training text.</summary>
    public static string ToLf(string text) => text.Contains('\r') ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text;

    /// <summary>On one line, white space made single blanks.</summary>
    public static string Join(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>So many characters at most, an ellipsis where some are left out.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length) return text;
        var end = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return text[..end].TrimEnd() + "…";
    }
}
