using System.Globalization;
using System.Text;

namespace CoderLsp.Inference.Tests.Tokenization;

/// <summary>Random texts, the same for the same seed, of what tokenizers get wrong: every category, every kind of space, half characters.</summary>
sealed class RandomTexts(int seed)
{
    static readonly string[] Pieces =
    [
        " ", "  ", "\t", "\r\n", "\n", "\r", "\u00a0", "\u0085", "\u000b", "\u2003", "\u2028", "\u3000", "\u200b", "\ufeff", "\u180e",
        "'s", "'S", "'re", "'VE", "'ll", "'lL", "'\u017f", "'t", "'", "\"", "''", "a", "Z", "é", "e\u0301", "ß", "я", "日", "本語", "가", "ក", "ា",
        "ä", "ü", "½", "²", "Ⅷ", "٣", "५", "１", "0", "7", "42", "1234567", "🦙", "𝟘", "𐐀", "𝔘", "🏽", "\u200d", "\ud83d", "\udc00",
        "_", "-", "--", "=", "==>", "$", "+", "<", ">", "^", "~", "|", "`", "«", "！", "。", "…", "“", "(", ");", "//", "{\n", "}\n\n", "\u0000", "\u001b",
    ];

    readonly Random _random = new(seed);

    public string Next()
    {
        var text = new StringBuilder();
        for (var n = _random.Next(1, 24); n > 0; n--) text.Append(_random.Next(5) == 0 ? AnyCharacter() : Pieces[_random.Next(Pieces.Length)]);
        return text.ToString();
    }

    /// <summary>What .NET's UTF-8 makes of it.</summary>
    public static string WithoutLoneSurrogates(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    // Unassigned code points are left out: the category that a later Unicode gives them differs between libraries.
    string AnyCharacter()
    {
        while (true)
        {
            var value = _random.Next(3) == 0 ? _random.Next(0x20000) : _random.Next(0x3100);
            if (Rune.IsValid(value) && Rune.GetUnicodeCategory(new(value)) != UnicodeCategory.OtherNotAssigned) return new Rune(value).ToString();
        }
    }
}
