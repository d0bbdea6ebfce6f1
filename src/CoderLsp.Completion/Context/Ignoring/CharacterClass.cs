namespace CoderLsp.Completion.Context.Ignoring;

/// <summary>What stands in brackets in a pattern: <c>[a-z]</c>, <c>[!0-9]</c>, <c>[[:alpha:]_]</c>.</summary>
sealed class CharacterClass(bool negated, IReadOnlyList<(char First, char Last)> ranges)
{
    public bool Contains(char c, bool ignoreCase) =>
        negated != (Listed(c) || ignoreCase && (Listed(char.ToLowerInvariant(c)) || Listed(char.ToUpperInvariant(c))));

    bool Listed(char c)
    {
        foreach (var (first, last) in ranges)
            if (c >= first && c <= last) return true;
        return false;
    }

    /// <summary>
    /// The class that opens at <paramref name="i"/>, which then is at its closing bracket. Null: it never closes, or has an unknown name.
    /// </summary>
    public static CharacterClass? Parse(string text, ref int i)
    {
        var at = i + 1;
        var negated = at < text.Length && text[at] is '!' or '^';
        if (negated) at++;
        var ranges = new List<(char, char)>();
        char? previous = null; // what a dash would make a range of
        for (var first = true; at < text.Length; first = false, at++)
        {
            if (text[at] == ']' && !first)
            {
                i = at;
                return new(negated, ranges);
            }
            if (text[at] == '-' && previous is { } from && at + 1 < text.Length && text[at + 1] != ']')
            {
                at++;
                if (Unescaped(text, ref at) is not { } to) return null;
                ranges.Add((from, to));
                previous = null;
            }
            else if (text.AsSpan(at).StartsWith("[:") && text.IndexOf(']', at + 2) is var end and > 0 && end > at + 2 && text[end - 1] == ':')
            {
                if (Named(text[(at + 2)..(end - 1)]) is not { } named) return null;
                ranges.AddRange(named);
                at = end;
                previous = null;
            }
            else
            {
                previous = Unescaped(text, ref at);
                if (previous is not { } single) return null;
                ranges.Add((single, single));
            }
        }
        return null;
    }

    static char? Unescaped(string text, ref int at)
    {
        if (text[at] == '\\') at++;
        return at < text.Length ? text[at] : null;
    }

    static (char, char)[]? Named(string name) => name switch
    {
        "alnum" => [('0', '9'), ('A', 'Z'), ('a', 'z')],
        "alpha" => [('A', 'Z'), ('a', 'z')],
        "blank" => [(' ', ' '), ('\t', '\t')],
        "cntrl" => [('\0', '\x1F'), ('\x7F', '\x7F')],
        "digit" => [('0', '9')],
        "graph" => [('!', '~')],
        "lower" => [('a', 'z')],
        "print" => [(' ', '~')],
        "punct" => [('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "space" => [('\t', '\r'), (' ', ' ')],
        "upper" => [('A', 'Z')],
        "xdigit" => [('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => null,
    };
}
