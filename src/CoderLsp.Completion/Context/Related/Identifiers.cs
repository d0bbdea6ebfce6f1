namespace CoderLsp.Completion.Context.Related;

/// <summary>The names in a piece of source text.</summary>
static class Identifiers
{
    // A selection of a whole large file is no better described by more.
    const int MostNames = 2_000;

    public static HashSet<string> In(ReadOnlySpan<char> text)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < text.Length && names.Count < MostNames;)
        {
            var start = i;
            while (i < text.Length && IsPart(text[i])) i++;
            if (i > start && !char.IsDigit(text[start])) names.Add(text[start..i].ToString());
            if (i == start) i++;
        }
        return names;
    }

    static bool IsPart(char c) => char.IsLetterOrDigit(c) || c == '_';
}
