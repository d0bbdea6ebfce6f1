namespace CoderLsp.Inference.Tokenization.PreTokenization;

/// <summary>A set of characters.</summary>
interface ICharacterSet
{
    static abstract bool Contains(int codePoint);
}

/// <summary><c>\p{L}</c></summary>
readonly struct Letters : ICharacterSet
{
    public static bool Contains(int codePoint) => Characters.ClassOf(codePoint) == CharacterClass.Letter;
}

/// <summary><c>\p{N}</c></summary>
readonly struct Numbers : ICharacterSet
{
    public static bool Contains(int codePoint) => Characters.ClassOf(codePoint) == CharacterClass.Number;
}

/// <summary><c>\p{P}</c></summary>
readonly struct Punctuation : ICharacterSet
{
    public static bool Contains(int codePoint) => Characters.ClassOf(codePoint) == CharacterClass.Punctuation;
}

/// <summary><c>[\r\n]</c></summary>
readonly struct Newlines : ICharacterSet
{
    public static bool Contains(int codePoint) => Characters.IsNewline(codePoint);
}

/// <summary><c>[set]{least,most}</c>, with <c>\s?</c> before it if <paramref name="leadingSpace"/>. Without bounds <c>[set]+</c>.</summary>
sealed class Run<TSet>(bool leadingSpace = false, int least = 1, int most = int.MaxValue) : Pattern where TSet : struct, ICharacterSet
{
    public override bool TryFind(ReadOnlySpan<char> piece, int from, out int start, out int end)
    {
        for (start = from; start < piece.Length; start = end)
        {
            var first = Characters.At(piece, start, out var width);
            if (leadingSpace && Characters.ClassOf(first) == CharacterClass.Space && TryMatch(piece, start + width, out end)) return true;
            if (TryMatch(piece, start, out end)) return true;
            // Of a run that is too short every later part is too short.
            if (end == start) end += width;
        }
        end = start;
        return false;
    }

    bool TryMatch(ReadOnlySpan<char> piece, int start, out int end)
    {
        end = start;
        var count = 0;
        for (; count < most && end < piece.Length; count++)
        {
            if (!TSet.Contains(Characters.At(piece, end, out var width))) break;
            end += width;
        }
        return count >= least;
    }
}
