using System.Collections.Frozen;

namespace CoderLsp.Completion.Context.Definitions;

/// <summary>The name that a declaration gives to something, found in its signature.</summary>
static class DeclaredName
{
    /// <param name="signature">As an <see cref="Outlines.Outline"/> has it.</param>
    /// <param name="types">Words that begin a type.</param>
    /// <returns>Empty where none is found, and for what only holds others: namespaces, <c>impl</c> and the like.</returns>
    public static ReadOnlySpan<char> In(ReadOnlySpan<char> signature, FrozenSet<string> types)
    {
        var head = signature[..Parameters(signature)];
        var isType = false;
        for (int start = WordStart(head, 0), end; start < head.Length; start = WordStart(head, end))
        {
            end = WordEnd(head, start);
            var word = head[start..end];
            if (word is "namespace" or "module" or "mod" or "impl" or "extension") return "";
            if (types.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word)) isType = true; // "enum class Name", "record struct Name"
            else if (isType) return word;
        }
        // "Type name", "name<T>", "name = (…) => …", "Type Name { get; }"
        if (head.IndexOfAny('=', '{') is var stop and > 0) head = head[..stop];
        head = WithoutTypeArguments(head.TrimEnd());
        var nameStart = head.Length;
        while (nameStart > 0 && IsPart(head[nameStart - 1])) nameStart--;
        return head[nameStart..];
    }

    /// <summary>Where the parenthesis behind the name is, not that of a tuple, of a receiver or of <c>pub(crate)</c>; the end for none.</summary>
    static int Parameters(ReadOnlySpan<char> signature)
    {
        for (var i = 1; i < signature.Length; i++)
            if (signature[i] == '(' && (IsPart(signature[i - 1]) || signature[i - 1] is '>' or ']') && !signature[..i].EndsWith("pub")) return i;
        return signature.Length;
    }

    static ReadOnlySpan<char> WithoutTypeArguments(ReadOnlySpan<char> head)
    {
        var depth = 0;
        for (var i = head.Length - 1; i >= 0; i--)
        {
            if (head[i] is '>' or ']') depth++;
            else if (depth == 0) return head[..(i + 1)].TrimEnd();
            else if (head[i] is '<' or '[') depth--;
        }
        return "";
    }

    static int WordStart(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && !IsPart(text[at])) at++;
        return at;
    }

    static int WordEnd(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && IsPart(text[at])) at++;
        return at;
    }

    static bool IsPart(char c) => char.IsLetterOrDigit(c) || c == '_';
}
