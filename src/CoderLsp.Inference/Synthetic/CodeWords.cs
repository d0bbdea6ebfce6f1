namespace CoderLsp.Inference.Synthetic;

/// <summary>Words for a made vocabulary: what is frequent in source code, then invented words of syllables.</summary>
static class CodeWords
{
    const string Keywords =
        """
        the of to in is and for if return this var new public int string void static class private using null else def self import from not
        true false while const function async await try catch throw break continue switch case default namespace internal readonly struct
        interface enum override virtual abstract sealed byte char long float double bool object list array dict map set get value name key
        index count length result error message type data node item line text file path read write open close start end first last next
        test assert equal print format append insert remove update delete create init load save parse token model user request response
        include define template typename let mut impl pub match where yield lambda pass raise with as or on at it an be by
        """;

    static readonly string[] Onsets = "b c d f g h j k l m n p r s t v w st tr pr ch sh pl cr br gr".Split(' ');
    static readonly string[] Vowels = "a e i o u ea io ou".Split(' ');
    static readonly string[] Codas = ["", "", "", "n", "r", "s", "t", "l", "d", "m", "ct", "nt", "st", "ng"];

    /// <summary>Runs of spaces and of signs, then words with a space before them, alone, and with a capital letter.</summary>
    public static IEnumerable<string> All =>
    [
        "  ", "    ", "        ", "                ", "   ", "     ", "      ", "       ", "            ",
        "()", "();", ");", "){", "{}", "[]", "];", "//", "///", "/*", "*/", "==", "<=", ">=", "=>", "&&", "||", "++", "--",
        "+=", " =", " ==", " (", " {", " }", "\"\"", "\",", "\")", "::", "...", "__", " //",
        .. Keywords.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).SelectMany(word => new[] { " " + word, word, Capital(word) }),
    ];

    /// <summary>One to four syllables, mostly in lower case, half of them with a space before.</summary>
    public static string Random(ref SplitMix64 random)
    {
        var word = "";
        for (var syllables = 1 + random.Next(4); syllables > 0; syllables--)
            word += Onsets[random.Next(Onsets.Length)] + Vowels[random.Next(Vowels.Length)] + Codas[random.Next(Codas.Length)];
        if (random.Next(4) == 0) word = Capital(word);
        return random.Next(2) == 0 ? " " + word : word;
    }

    static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
