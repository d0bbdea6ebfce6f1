namespace CoderLsp.Completion.Context.Definitions;

/// <summary>The names in a piece of code that another file may declare.</summary>
static class UsedNames
{
    const int MostNames = 200;

    // A shorter name says hardly anything about what is meant.
    const int Shortest = 3;

    /// <summary>What is called, or begins with a capital as types do, in the order in which it comes: what else there is are variables, mostly.</summary>
    public static List<string> In(ReadOnlySpan<char> code)
    {
        var (names, seen) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < code.Length && names.Count < MostNames;)
        {
            var start = i;
            while (i < code.Length && (char.IsLetterOrDigit(code[i]) || code[i] == '_')) i++;
            if (i - start >= Shortest && (char.IsUpper(code[start]) || IsCalled(code[i..])) && !char.IsDigit(code[start])
                && code[start..i].ToString() is var name && seen.Add(name)) names.Add(name);
            if (i == start) i++;
        }
        return names;
    }

    static bool IsCalled(ReadOnlySpan<char> behind) => behind.TrimStart() is ['(', ..] or ['!', '(', ..];
}
