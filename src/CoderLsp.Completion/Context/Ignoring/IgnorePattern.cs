namespace CoderLsp.Completion.Context.Ignoring;

/// <summary>
/// One line of a .gitignore, as gitignore(5) defines it. A path is matched in time proportional to its length times the pattern's,
/// whatever the pattern: files of patterns come with the workspace and are not to be trusted.
/// </summary>
sealed class IgnorePattern
{
    enum Kind
    {
        Literal,
        AnyCharacter,  // ?
        Class,         // [...]
        Star,          // characters other than /
        Everything,    // ** at the end: characters
        Folders,       // **/: nothing, or what the next one matches
        FoldersInside, // characters up to and with some /
    }

    readonly record struct Token(Kind Kind, char Character = '\0', CharacterClass? Class = null);

    readonly Token[] _tokens;
    readonly string? _literal; // the whole pattern, or what follows its only wildcard, a leading star
    readonly bool _suffix;
    readonly bool _folderOnly;
    readonly bool _nameOnly;
    readonly bool _ignoreCase;

    IgnorePattern(Token[] tokens, bool negated, bool folderOnly, bool nameOnly, bool ignoreCase)
    {
        _tokens = tokens;
        _suffix = tokens.Length > 0 && tokens[0].Kind == Kind.Star && nameOnly;
        var rest = _suffix ? tokens[1..] : tokens;
        if (rest.All(token => token.Kind == Kind.Literal)) _literal = string.Concat(rest.Select(token => token.Character));
        (Negated, _folderOnly, _nameOnly, _ignoreCase) = (negated, folderOnly, nameOnly, ignoreCase);
    }

    /// <summary>Whether it takes back what an earlier pattern ignores.</summary>
    public bool Negated { get; }

    /// <summary>The pattern of a line; null for an empty one, a comment, and what can never match.</summary>
    public static IgnorePattern? Parse(string line, bool ignoreCase)
    {
        if (line.StartsWith('#')) return null;
        var text = WithoutTrailingSpaces(line);
        var negated = text.StartsWith('!');
        if (negated) text = text[1..];
        var folderOnly = text.EndsWith('/');
        if (folderOnly) text = text[..^1];
        var nameOnly = !text.Contains('/');
        if (text.StartsWith('/')) text = text[1..];
        return text.Length > 0 && Tokenize(text) is { } tokens ? new(tokens, negated, folderOnly, nameOnly, ignoreCase) : null;
    }

    /// <param name="path">From the folder of the ignore file, with <c>/</c> between its parts.</param>
    public bool Matches(ReadOnlySpan<char> path, bool isFolder)
    {
        if (_folderOnly && !isFolder) return false;
        var text = _nameOnly ? path[(path.LastIndexOf('/') + 1)..] : path;
        if (_literal is null) return Simulate(text);
        var comparison = _ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return _suffix ? text.EndsWith(_literal, comparison) : text.Equals(_literal, comparison);
    }

    /// <summary>Runs the pattern as a nondeterministic automaton: the set of tokens that may come next, character by character.</summary>
    bool Simulate(ReadOnlySpan<char> text)
    {
        var states = _tokens.Length + 1;
        Span<bool> both = states <= 256 ? stackalloc bool[2 * states] : new bool[2 * states];
        var now = both[..states];
        var next = both[states..];
        now[0] = true;
        PassEmpty(now);
        foreach (var c in text)
        {
            next.Clear();
            for (var i = 0; i < _tokens.Length; i++)
            {
                if (now[i]) Step(i, c, next);
            }
            PassEmpty(next);
            var swap = now;
            now = next;
            next = swap;
        }
        return now[_tokens.Length];
    }

    void Step(int i, char c, Span<bool> next)
    {
        switch (_tokens[i].Kind)
        {
            case Kind.Literal: next[i + 1] |= Same(c, _tokens[i].Character); break;
            case Kind.AnyCharacter: next[i + 1] |= c != '/'; break;
            case Kind.Class: next[i + 1] |= c != '/' && _tokens[i].Class!.Contains(c, _ignoreCase); break;
            case Kind.Star: next[i] |= c != '/'; break;
            case Kind.Everything: next[i] = true; break;
            case Kind.FoldersInside: next[i] = true; next[i + 1] |= c == '/'; break;
        }
    }

    /// <summary>Adds the tokens that are reached without a character. They always come later, so one pass will do.</summary>
    void PassEmpty(Span<bool> states)
    {
        for (var i = 0; i < _tokens.Length; i++)
        {
            if (!states[i]) continue;
            if (_tokens[i].Kind is Kind.Star or Kind.Everything or Kind.Folders) states[i + 1] = true;
            if (_tokens[i].Kind == Kind.Folders) states[i + 2] = true;
        }
    }

    bool Same(char a, char b) => a == b || _ignoreCase && char.ToLowerInvariant(a) == char.ToLowerInvariant(b);

    /// <summary>Null for an open class and a backslash at the end: git lets these match nothing.</summary>
    static Token[]? Tokenize(string text)
    {
        var tokens = new List<Token>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    if (++i == text.Length) return null;
                    tokens.Add(new(Kind.Literal, text[i]));
                    break;
                case '?':
                    tokens.Add(new(Kind.AnyCharacter));
                    break;
                case '[':
                    if (CharacterClass.Parse(text, ref i) is not { } set) return null;
                    tokens.Add(new(Kind.Class, Class: set));
                    break;
                case '*':
                    AddStars(text, ref i, tokens);
                    break;
                case var c:
                    tokens.Add(new(Kind.Literal, c));
                    break;
            }
        }
        return [.. tokens];
    }

    /// <summary>Two stars and more mean folders only where they are all that stands between slashes; elsewhere they are one star.</summary>
    static void AddStars(string text, ref int i, List<Token> tokens)
    {
        var start = i;
        while (i + 1 < text.Length && text[i + 1] == '*') i++;
        var rest = text.AsSpan(i + 1);
        var folders = i > start && (start == 0 || text[start - 1] == '/');
        if (folders && rest.StartsWith("/"))
        {
            i++;
            tokens.Add(new(Kind.Folders));
            tokens.Add(new(Kind.FoldersInside));
        }
        else
        {
            tokens.Add(new(folders && (rest.IsEmpty || rest.StartsWith(@"\/")) ? Kind.Everything : Kind.Star));
        }
    }

    static string WithoutTrailingSpaces(string line)
    {
        var end = 0; // behind the last character that is no space, or an escaped one
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\')
            {
                if (++i == line.Length) return line;
                end = i + 1;
            }
            else if (line[i] != ' ')
            {
                end = i + 1;
            }
        }
        return line[..end];
    }
}
