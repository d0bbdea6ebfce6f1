namespace CoderLsp.Inference.Tokenization.PreTokenization;

/// <summary>DeepSeek-Coder: five expressions, each applied to the pieces that the ones before it left.</summary>
static class DeepSeekCoder
{
    public static readonly Pattern[] Patterns =
    [
        new Run<Newlines>(most: 1),               // [\r\n]
        new Run<Letters>(leadingSpace: true),     // \s?\p{L}+
        new Run<Punctuation>(leadingSpace: true), // \s?\p{P}+
        new Run<EastAsian>(),                     // [一-龥ࠀ-一가-퟿]+
        new Run<Numbers>(most: 1),                // \p{N}
    ];
}

/// <summary><c>[一-龥ࠀ-一가-퟿]</c>: the published expression, whose middle range takes in every script from U+0800 on.</summary>
readonly struct EastAsian : ICharacterSet
{
    public static bool Contains(int codePoint) => codePoint is >= 0x0800 and <= 0x9FA5 or >= 0xAC00 and <= 0xD7FF;
}
