using System.Text;
using System.Text.RegularExpressions;

namespace CoderLsp.Inference.Tests.Tokenization;

/// <summary>The twin of the scanners: the published expressions, run by .NET one after the other on the pieces.</summary>
sealed class PublishedPatterns(params string[] patterns)
{
    const string CasedLetters =
        @"A-Za-z\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293\u0295-\u02AF\u0370-\u0373\u0376\u0377\u037B-\u037D"
        + @"\u037F\u0386\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03F5\u03F7-\u0481\u048A-\u052F\u0531-\u0556\u10A0-\u10C5\u13A0-\u13F5"
        + @"\u13F8-\u13FD\u1C90-\u1CBA\u1CBD-\u1CBF\u1D00-\u1D2B\u1D6B-\u1D77\u1D79-\u1D9A\u1E00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D"
        + @"\u1F50-\u1F57\u1F59\u1F5B\u1F5D\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4\u1FC6-\u1FCC\u1FD0-\u1FD3\u1FD6-\u1FDB"
        + @"\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC\u2102\u2107\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126\u2128\u212A-\u212D\u212F-\u2134"
        + @"\u2139\u213C-\u213F\u2145-\u2149\u214E\u2183\u2184\u2C00-\u2C7B\u2C7E-\u2CE4\u2CEB-\u2CEE\u2CF2\u2CF3\uA640-\uA66D\uA680-\uA69B"
        + @"\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E\uAB70-\uABBF\uFB00-\uFB06\uFB13-\uFB17\uFF21-\uFF3A\uFF41-\uFF5A";

    const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    const string EastAsian = @"[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";

    const string Llama3 = @"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
        + @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public static readonly Dictionary<string, PublishedPatterns> ByName = new()
    {
        ["deepseek-coder"] = new(@"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", EastAsian, @"\p{N}"),
        ["deepseek-llm"] = new(@"[\r\n]", $@"\s?[{CasedLetters}]+", @"\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+", @"\s+$", EastAsian, @"\p{N}+"),
        ["llama-bpe"] = new(Llama3),
        ["qwen2"] = new(Llama3.Replace("{1,3}", "", StringComparison.Ordinal)),
        ["seed-coder"] = new(Llama3.Replace("{1,3}", "{1}", StringComparison.Ordinal).Replace(@"[^\s\p{L}\p{N}]+[\r\n]*", @"[^\s\p{L}\p{N}\r\n]+", StringComparison.Ordinal)),
        ["starcoder"] = new(@"\p{N}", Gpt2),
        ["gpt-2"] = new(Gpt2),
        ["default"] = new(@"[\p{P}\$\+<=>\^~\|]+", Gpt2, @"\p{N}+", "[0-9][0-9][0-9]"),
    };

    readonly Regex[] _expressions = [.. patterns.Select(p => new Regex(p, RegexOptions.CultureInvariant))];

    public string[] Split(string text)
    {
        // .NET's expressions work on UTF-16: whatever needs two characters is replaced by one of the same kind.
        string[] pieces = [string.Concat(text.EnumerateRunes().Select(StandIn))];
        foreach (var expression in _expressions) pieces = [.. pieces.SelectMany(p => Split(expression, p))];
        var runes = text.EnumerateRunes().Select(r => r.ToString()).ToArray();
        var start = 0;
        return [.. pieces.Select(p => string.Concat(runes[start..(start += p.Length)]))];
    }

    static IEnumerable<string> Split(Regex expression, string piece)
    {
        var end = 0;
        foreach (var match in expression.Matches(piece).Where(m => m.Length > 0))
        {
            if (match.Index > end) yield return piece[end..match.Index];
            yield return match.Value;
            end = match.Index + match.Length;
        }
        if (end < piece.Length) yield return piece[end..];
    }

    static char StandIn(Rune rune) => rune switch
    {
        { IsBmp: true } => (char)rune.Value,
        _ when IsCasedBeyondTheBmp(rune.Value) => 'Ж',
        _ when Rune.IsLetter(rune) => 'ƻ', // a letter that CasedLetters leaves out
        _ when Rune.IsNumber(rune) => '²',
        _ when Rune.IsPunctuation(rune) => '§',
        _ => '¬',
    };

    static bool IsCasedBeyondTheBmp(int value) => value is >= 0x10400 and <= 0x1044F or >= 0x104B0 and <= 0x104D3 or >= 0x104D8 and <= 0x104FB
        or >= 0x10C80 and <= 0x10CB2 or >= 0x10CC0 and <= 0x10CF2 or >= 0x118A0 and <= 0x118DF or >= 0x1E900 and <= 0x1E943;
}
