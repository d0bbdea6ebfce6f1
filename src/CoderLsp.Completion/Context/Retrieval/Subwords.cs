namespace CoderLsp.Completion.Context.Retrieval;

/// <summary>
/// The words that identifiers are made of, as numbers: <c>HttpClient</c>, <c>httpClient</c> and <c>http_client</c> have the same two.
/// Numbers only: an index of them holds no text.
/// </summary>
static class Subwords
{
    // A single letter says nothing; what is longer than any word is data.
    const int Shortest = 2, Longest = 40;

    /// <summary>Adds the words of a text.</summary>
    public static void Collect(ReadOnlySpan<char> text, HashSet<uint> words)
    {
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            var hash = 2_166_136_261u; // FNV-1a over lower-case letters
            while (i < text.Length && char.IsLetter(text[i]) && !(i > start && BeginsWord(text, i)))
                hash = (hash ^ char.ToLowerInvariant(text[i++])) * 16_777_619;
            if (i - start is >= Shortest and <= Longest) words.Add(hash);
            if (i == start) i++;
        }
    }

    /// <summary>Whether a letter that follows another one begins a new word: the C in <c>httpClient</c>, the C in <c>HTTPClient</c>.</summary>
    static bool BeginsWord(ReadOnlySpan<char> text, int i) =>
        char.IsUpper(text[i]) && (!char.IsUpper(text[i - 1]) || i + 1 < text.Length && char.IsLower(text[i + 1]));
}
