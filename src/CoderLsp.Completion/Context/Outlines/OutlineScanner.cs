using System.Collections.Frozen;
using System.Text;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;

namespace CoderLsp.Completion.Context.Outlines;

/// <summary>
/// Finds declarations line by line. A declaration is taken only where its siblings stand: at their indentation, and in no function.
/// </summary>
sealed class OutlineScanner(TextSnapshot snapshot, OutlineLanguage language)
{
    const int LongestSignature = 240;
    const int MostSignatureLines = 8;
    const int DeepestNesting = 64;

    enum LineKind
    {
        Other,
        Type,
        Function,
    }

    sealed class Scope(int indent, string name, bool isType)
    {
        public int Indent => indent;

        public string Name => name;

        public bool IsType => isType;

        /// <summary>Where its members begin: as its first line does. -1: none has come.</summary>
        public int Members { get; set; } = -1;
    }

    readonly List<Outline> _found = [];
    readonly List<Scope> _scopes = [new(-1, "", isType: true)];
    string? _open; // what ends the comment or text of several lines that the next line lies in

    public IReadOnlyList<Outline> Scan()
    {
        for (var line = 0; line < snapshot.LineCount; line++)
        {
            var text = snapshot.Line(line);
            var code = text.TrimStart();
            if (IsInsideOrComment(code) || code.IsEmpty || IsNoMember(code)) continue;
            Look(line, Indentation.Columns(text), code);
        }
        return _found;
    }

    void Look(int line, int indent, ReadOnlySpan<char> code)
    {
        while (_scopes.Count > 1 && _scopes[^1].Indent >= indent) _scopes.RemoveAt(_scopes.Count - 1);
        var scope = _scopes[^1];
        if (scope.Members < 0) scope.Members = indent;
        if (!scope.IsType || indent > scope.Members || _scopes.Count > DeepestNesting) return;
        var kind = KindOf(code, scope.Name, out var name);
        if (kind == LineKind.Other) return;
        _found.Add(new(line, _scopes.Count - 1, Signature(line, kind)));
        _scopes.Add(new(indent, name, kind == LineKind.Type));
    }

    /// <summary>Follows comments and texts over lines; true where the line begins in one or is one.</summary>
    bool IsInsideOrComment(ReadOnlySpan<char> code)
    {
        if (_open is { } end)
        {
            if (code.Contains(end, StringComparison.Ordinal)) _open = null;
            return true;
        }
        foreach (var quotes in language.LineComment == "#" ? (ReadOnlySpan<string>)["\"\"\"", "'''"] : ["\"\"\""])
            if (code.Count(quotes) % 2 == 1) _open = quotes;
        if (code.StartsWith("/*") && !code.Contains("*/", StringComparison.Ordinal)) _open = "*/";
        if (code.StartsWith("--[[") && !code.Contains("]]", StringComparison.Ordinal)) _open = "]]";
        return code.StartsWith(language.LineComment) || code.StartsWith("/*") || code.StartsWith("* ");
    }

    /// <summary>Brackets, attributes, the preprocessor's lines and labels say nothing about where members stand.</summary>
    static bool IsNoMember(ReadOnlySpan<char> code) =>
        code[0] is '{' or '}' or ')' or ']' or '#' or '\\' || code[0] == '[' && code.TrimEnd()[^1] == ']'
        || code[^1] == ':' && !code.ContainsAny(" (");

    LineKind KindOf(ReadOnlySpan<char> code, string typeName, out string name)
    {
        name = "";
        var rest = WithoutAttributes(code);
        var modified = false;
        while (true)
        {
            var word = FirstWord(rest);
            if (word.IsEmpty) break; // "(int A, int B) Pair()", "<T> List<T> of()"
            var after = rest[word.Length..].TrimStart();
            if (Has(language.Types, word)) return IsType(after, ref name) ? LineKind.Type : LineKind.Other;
            if (Has(language.Functions, word)) return LineKind.Function;
            if (!Has(OutlineLanguage.Modifiers, word) || rest[word.Length..].StartsWith("(") && word is not "pub") break;
            modified = true;
            rest = word is "pub" && after.StartsWith("(") && after.IndexOf(')') is var end and > 0
                ? after[(end + 1)..].TrimStart() : after; // pub(crate)
        }
        if (IsFunctionValue(rest)) return LineKind.Function;
        return language.Members switch
        {
            MemberStyle.TypeAndName => IsTypedMember(rest, typeName, modified) ? LineKind.Function : LineKind.Other,
            MemberStyle.NameAndBlock => IsNamedBlock(rest) ? LineKind.Function : LineKind.Other,
            _ => LineKind.Other,
        };
    }

    /// <summary>Behind <c>class</c>, <c>struct</c> and the like stands a name; <c>struct point p = …</c> and <c>type = 3</c> declare no type.</summary>
    static bool IsType(ReadOnlySpan<char> after, ref string name)
    {
        var word = FirstWord(after);
        if (word is "class" or "struct") word = FirstWord(after = after[word.Length..].TrimStart()); // "enum class", "record struct"
        name = word.ToString();
        if (word.IsEmpty) return after.IsEmpty || after[0] is '{' or '<' or '(';
        var next = after[word.Length..].TrimStart();
        return next.IsEmpty || !(next[0] is '=' && word.IsEmpty) && next[0] is not ('.' or ')' or ',') && !IsVariable(next);
    }

    // "struct point p;", "struct point *make(void)": a name follows the type's. "class A extends B", "type T struct {" end otherwise.
    static bool IsVariable(ReadOnlySpan<char> next) =>
        next[0] == '*' || (char.IsLetter(next[0]) || next[0] == '_') && next.TrimEnd()[^1] == ';';

    /// <summary><c>const name = (a) => …</c>, <c>M.name = function(a)</c></summary>
    bool IsFunctionValue(ReadOnlySpan<char> code)
    {
        var equals = code.IndexOf('=');
        if (equals <= 0 || code.IndexOf('(') is var open && open >= 0 && open < equals) return false;
        var value = code[(equals + 1)..].TrimStart();
        if (value.StartsWith("async ")) value = value[6..].TrimStart();
        if (value.StartsWith("function")) return language.Functions.Contains("function");
        if (language.Members != MemberStyle.NameAndBlock || language.LineComment == "#") return false;
        return value.Contains("=>", StringComparison.Ordinal)
            && (value[0] == '(' || FirstWord(value) is { IsEmpty: false } word && value[word.Length..].TrimStart().StartsWith("=>"));
    }

    /// <summary><c>Task&lt;int&gt; Name(</c>, <c>Name(</c> in the type of this name, and C#'s properties.</summary>
    bool IsTypedMember(ReadOnlySpan<char> code, string typeName, bool modified)
    {
        if (code.IsEmpty || Has(OutlineLanguage.Statements, FirstWord(code))) return false;
        if (code.Contains(" operator ", StringComparison.Ordinal)) return modified;
        var open = ParameterList(code);
        var stop = code.IndexOfAny('=', '"', ';');
        var brace = code.IndexOf('{');
        if (open < 0 || stop >= 0 && stop < open || brace >= 0 && brace < open)
            return IsProperty(code, brace, stop);
        var head = code[..open].TrimEnd();
        if (head.Length > 0 && head[^1] == '>') head = head[..Math.Max(0, OpeningAngle(head))].TrimEnd(); // Name<T>(
        var nameStart = head.Length;
        while (nameStart > 0 && (char.IsLetterOrDigit(head[nameStart - 1]) || head[nameStart - 1] is '_' or '~' or ':')) nameStart--;
        var name = head[nameStart..];
        if (name.IsEmpty || char.IsDigit(name[0])) return code.Contains("operator", StringComparison.Ordinal) && open > 0;
        var before = head[..nameStart].TrimEnd();
        if (before.IsEmpty)
            return name.SequenceEqual(typeName) || name[0] == '~' || (modified || name.IndexOf("::") > 0) && code[^1] != ';';
        // A type in front of the name: it ends as types do, and begins with no operator.
        return (char.IsLetterOrDigit(before[^1]) || before[^1] is '_' or '>' or ']' or '?' or '*' or '&' or ')')
            && (char.IsLetter(before[0]) || before[0] is '_' or '(' or '<' or ':');
    }

    /// <summary>The parenthesis behind a name, not that of a tuple; else the first one.</summary>
    static int ParameterList(ReadOnlySpan<char> code)
    {
        for (var i = 1; i < code.Length; i++)
            if (code[i] == '(' && (char.IsLetterOrDigit(code[i - 1]) || code[i - 1] is '_' or '>')) return i;
        return code.IndexOf('(');
    }

    bool IsProperty(ReadOnlySpan<char> code, int brace, int stop)
    {
        if (language.LineComment != "//" || snapshot.LanguageId != "csharp" || !code.Contains(' ')) return false;
        if (brace > 0 && (stop < 0 || brace < stop)) return code[brace..].TrimStart("{ ") is var accessor
            && (accessor.StartsWith("get") || accessor.StartsWith("set") || accessor.StartsWith("init"));
        return stop > 0 && code[stop..].StartsWith("=>") && code[..stop].TrimEnd().Contains(' ');
    }

    static bool IsNamedBlock(ReadOnlySpan<char> code)
    {
        var word = FirstWord(code);
        if (word.IsEmpty || Has(OutlineLanguage.Statements, word)) return false;
        if (word is "get" or "set" && FirstWord(code[word.Length..].TrimStart()) is { IsEmpty: false } property)
        {
            code = code[word.Length..].TrimStart();
            word = property;
        }
        var after = code[word.Length..];
        if (after.StartsWith("<") && after.IndexOf('(') is var angle and > 0) after = after[angle..];
        return after.TrimStart().StartsWith("(") && code.TrimEnd()[^1] is '{' or '(' && !after.Contains("=>", StringComparison.Ordinal)
            && !after.Contains("function", StringComparison.Ordinal);
    }

    /// <summary>The line to where the body begins, with the lines that its parentheses go on to.</summary>
    string Signature(int line, LineKind kind)
    {
        var first = snapshot.Line(line).Trim();
        if (first.Length <= LongestSignature && first.Count('(') <= first.Count(')')) return Cut(first.ToString(), kind);
        var text = new StringBuilder(LongestSignature);
        var depth = 0;
        for (var i = line; i < Math.Min(snapshot.LineCount, line + MostSignatureLines) && text.Length < LongestSignature; i++)
        {
            var part = snapshot.Line(i).Trim();
            if (text.Length > 0 && text[^1] != '(' && !part.StartsWith(")")) text.Append(' ');
            depth += part.Count('(') - part.Count(')');
            text.Append(part[..Math.Min(part.Length, LongestSignature)]);
            if (depth <= 0) break;
        }
        return Cut(text.ToString(), kind);
    }

    string Cut(string signature, LineKind kind) => signature[..Math.Min(BodyStart(signature, kind), LongestSignature)]
        .TrimEnd().TrimEnd(snapshot.LanguageId == "python" ? ':' : ';');

    static int BodyStart(string signature, LineKind kind)
    {
        var depth = 0;
        for (var i = 0; i < signature.Length; i++)
        {
            var c = signature[i];
            if (c is '(' or '[') depth++;
            else if (c is ')' or ']') depth--;
            // The braces of a property say what it can do; those of a type in Go, what it is.
            else if (c == '{' && depth <= 0 && !signature.AsSpan(i).StartsWith("{ get")) return i;
            else if (c == '=' && depth <= 0 && kind == LineKind.Function && signature.AsSpan(i).StartsWith("=>")) return i;
        }
        return signature.Length;
    }

    static ReadOnlySpan<char> WithoutAttributes(ReadOnlySpan<char> code)
    {
        while (true)
        {
            if (code.StartsWith("[") && code.IndexOf(']') is var bracket and > 0) code = code[(bracket + 1)..].TrimStart();
            else if (code.StartsWith("template") && code.IndexOf('>') is var angle and > 0) code = code[(angle + 1)..].TrimStart();
            else if (code.StartsWith("@") && !code.StartsWith("@interface") && code.IndexOf(' ') is var space and > 0
                && !code[..space].Contains('(')) code = code[space..].TrimStart();
            else return code;
        }
    }

    static bool Has(FrozenSet<string> words, ReadOnlySpan<char> word) => words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    static int OpeningAngle(ReadOnlySpan<char> head)
    {
        var depth = 0;
        for (var i = head.Length - 1; i >= 0; i--)
        {
            if (head[i] == '>') depth++;
            else if (head[i] == '<' && --depth == 0) return i;
        }
        return -1;
    }

    static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> code)
    {
        var end = 0;
        while (end < code.Length && (char.IsLetterOrDigit(code[end]) || code[end] is '_' or '$' or '@' || end > 0 && code[end] is '!' or '-')) end++;
        return code[..end];
    }
}
