namespace CoderLsp.Inference.Tokenization.PreTokenization;

/// <summary>
/// Llama 3 (three digits) and Qwen 2 (one):
/// <c>(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>
/// Seed-Coder's is Qwen's, but line breaks do not join the symbols before them: <c> ?[^\s\p{L}\p{N}\r\n]+</c>.
/// </summary>
sealed class Llama3(int digits, bool newlinesJoinSymbols = true) : Pattern
{
    public static readonly Pattern[] Patterns = [new Llama3(digits: 3)];
    public static readonly Pattern[] Qwen2Patterns = [new Llama3(digits: 1)];
    public static readonly Pattern[] SeedCoderPatterns = [new Llama3(digits: 1, newlinesJoinSymbols: false)];

    // Some alternative matches at every place.
    public override bool TryFind(ReadOnlySpan<char> piece, int from, out int start, out int end)
    {
        start = from;
        end = Contraction.End(piece, from, ignoreCase: true);
        if (end > from) return true;

        var first = Characters.At(piece, from, out var width);
        var which = Characters.ClassOf(first);
        var next = Characters.AtOrEnd(piece, from + width, out _);
        var nextClass = next < 0 ? CharacterClass.Space : Characters.ClassOf(next);

        if (which == CharacterClass.Letter || nextClass == CharacterClass.Letter && which != CharacterClass.Number && !Characters.IsNewline(first))
            end = Characters.SkipClass(piece, from + width, CharacterClass.Letter);
        else if (which == CharacterClass.Number)
            end = Characters.SkipClass(piece, from, CharacterClass.Number, digits);
        else if (which != CharacterClass.Space)
            end = SymbolsAndNewlines(piece, from);
        else if (first == ' ' && nextClass is CharacterClass.Other or CharacterClass.Punctuation)
            end = SymbolsAndNewlines(piece, from + 1);
        else
            end = SpacesToLastNewline(piece, from);
        return true;
    }

    int SymbolsAndNewlines(ReadOnlySpan<char> piece, int from)
    {
        var end = Symbols.End(piece, from);
        while (newlinesJoinSymbols && end < piece.Length && Characters.IsNewline(piece[end])) end++;
        return end;
    }

    // \s*[\r\n]+, else as in GPT-2
    static int SpacesToLastNewline(ReadOnlySpan<char> piece, int from)
    {
        var spaces = piece[from..Characters.SkipClass(piece, from, CharacterClass.Space)];
        var newline = spaces.LastIndexOfAny('\r', '\n');
        return newline >= 0 ? from + newline + 1 : Spaces.End(piece, from);
    }
}
