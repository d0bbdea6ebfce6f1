using System.Globalization;

namespace CoderLsp.Inference.Tokenization.PreTokenization;

/// <summary>What the expressions of pre-tokenizers tell apart.</summary>
enum CharacterClass : byte
{
    Other,

    /// <summary><c>\p{L}</c></summary>
    Letter,

    /// <summary><c>\p{N}</c></summary>
    Number,

    /// <summary><c>\p{P}</c></summary>
    Punctuation,

    /// <summary><c>\s</c></summary>
    Space,
}

static class Characters
{
    static readonly CharacterClass[] Ascii = [.. Enumerable.Range(0, 128).Select(Classify)];

    public static CharacterClass ClassOf(int codePoint) => codePoint < 128 ? Ascii[codePoint] : Classify(codePoint);

    public static bool IsNewline(int codePoint) => codePoint is '\r' or '\n';

    /// <summary>The code point at <paramref name="index"/> and how many characters it takes. A lone surrogate counts as what it is encoded as, U+FFFD.</summary>
    public static int At(ReadOnlySpan<char> text, int index, out int width)
    {
        width = 1;
        var c = text[index];
        if (!char.IsSurrogate(c)) return c;
        if (!char.IsHighSurrogate(c) || index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1])) return 0xFFFD;
        width = 2;
        return char.ConvertToUtf32(c, text[index + 1]);
    }

    /// <summary>As <see cref="At"/>, or -1 behind the end.</summary>
    public static int AtOrEnd(ReadOnlySpan<char> text, int index, out int width)
    {
        width = 0;
        return index < text.Length ? At(text, index, out width) : -1;
    }

    /// <summary>Where the characters of this class that begin at <paramref name="index"/> end; at most so many characters.</summary>
    public static int SkipClass(ReadOnlySpan<char> text, int index, CharacterClass which, int most = int.MaxValue)
    {
        for (; most > 0 && index < text.Length; most--)
        {
            if (ClassOf(At(text, index, out var width)) != which) break;
            index += width;
        }
        return index;
    }

    static CharacterClass Classify(int codePoint)
    {
        if (codePoint is >= 0x09 and <= 0x0D or 0x85) return CharacterClass.Space; // controls by category
        return CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharacterClass.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterClass.Number,
            UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
                or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
                or UnicodeCategory.OtherPunctuation => CharacterClass.Punctuation,
            UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => CharacterClass.Space,
            _ => CharacterClass.Other,
        };
    }
}
