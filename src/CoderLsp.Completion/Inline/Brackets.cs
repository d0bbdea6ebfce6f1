namespace CoderLsp.Completion.Inline;

/// <summary>Counts brackets of all kinds, in code and text alike.</summary>
static class Brackets
{
    /// <summary>Brackets that are opened, less those that are closed.</summary>
    public static int Depth(ReadOnlySpan<char> text)
    {
        var depth = 0;
        foreach (var c in text) depth += Step(c);
        return depth;
    }

    /// <summary>The first bracket that closes what the text did not open; -1 for none.</summary>
    public static int Unmatched(ReadOnlySpan<char> text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
            if ((depth += Step(text[i])) < 0) return i;
        return -1;
    }

    static int Step(char c) => c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
}
