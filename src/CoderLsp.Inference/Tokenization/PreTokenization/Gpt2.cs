namespace CoderLsp.Inference.Tokenization.PreTokenization;

/// <summary>
/// GPT-2 and what follows it: <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>
/// </summary>
sealed class Gpt2 : Pattern
{
    public static readonly Pattern[] Patterns = [new Gpt2()];

    /// <summary>StarCoder, Refact, SmolLM: <c>\p{N}</c> first, so that every digit stands alone.</summary>
    public static readonly Pattern[] SingleDigitPatterns = [new Run<Numbers>(most: 1), new Gpt2()];

    /// <summary>What llama.cpp takes where a file names no pre-tokenizer (Falcon's).</summary>
    public static readonly Pattern[] DefaultPatterns =
    [
        new Run<PunctuationAndMath>(),      // [\p{P}\$\+<=>\^~\|]+
        new Gpt2(),
        new Run<Numbers>(),                 // \p{N}+
        new Run<Digits>(least: 3, most: 3), // [0-9][0-9][0-9]
    ];

    // Some alternative matches at every place.
    public override bool TryFind(ReadOnlySpan<char> piece, int from, out int start, out int end)
    {
        start = from;
        end = Contraction.End(piece, from, ignoreCase: false);
        if (end > from) return true;

        var skip = piece[from] == ' ' && from + 1 < piece.Length ? 1 : 0;
        var which = Characters.ClassOf(Characters.At(piece, from + skip, out _));
        end = which switch
        {
            CharacterClass.Space => Spaces.End(piece, from),
            CharacterClass.Letter or CharacterClass.Number => Characters.SkipClass(piece, from + skip, which),
            _ => Symbols.End(piece, from + skip),
        };
        return true;
    }

    readonly struct PunctuationAndMath : ICharacterSet
    {
        public static bool Contains(int codePoint) =>
            codePoint is '$' or '+' or '<' or '=' or '>' or '^' or '~' or '|' || Characters.ClassOf(codePoint) == CharacterClass.Punctuation;
    }

    readonly struct Digits : ICharacterSet
    {
        public static bool Contains(int codePoint) => codePoint is >= '0' and <= '9';
    }
}

/// <summary><c>[^\s\p{L}\p{N}]+</c></summary>
static class Symbols
{
    public static int End(ReadOnlySpan<char> piece, int from)
    {
        while (from < piece.Length)
        {
            if (Characters.ClassOf(Characters.At(piece, from, out var width)) is CharacterClass.Space or CharacterClass.Letter or CharacterClass.Number) break;
            from += width;
        }
        return from;
    }
}

/// <summary><c>\s+(?!\S)|\s+</c>: a run of spaces leaves its last one to the word that follows, unless that is all it has.</summary>
static class Spaces
{
    public static int End(ReadOnlySpan<char> piece, int from)
    {
        var end = Characters.SkipClass(piece, from, CharacterClass.Space);
        return end < piece.Length && end - from > 1 ? end - 1 : end;
    }
}

/// <summary><c>'s|'t|'re|'ve|'m|'ll|'d</c></summary>
static class Contraction
{
    /// <summary>Where it ends, or <paramref name="from"/> if there is none.</summary>
    public static int End(ReadOnlySpan<char> piece, int from, bool ignoreCase)
    {
        if (piece[from] != '\'' || from + 1 == piece.Length) return from;
        // Only A to Z have a lower case here, whatever an expression's option says of ſ and K: so the models' own tokenizers were published.
        var mask = ignoreCase ? 0x20 : 0;
        var first = Lower(piece[from + 1], mask);
        if (first is 's' or 't' or 'm' or 'd') return from + 2;
        if (from + 2 == piece.Length) return from;
        return (first, Lower(piece[from + 2], mask)) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? from + 3 : from;
    }

    static char Lower(char c, int mask) => char.IsAsciiLetterUpper(c) ? (char)(c | mask) : c;
}
