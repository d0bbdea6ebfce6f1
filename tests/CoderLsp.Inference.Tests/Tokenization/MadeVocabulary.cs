using System.Text;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Tests.Tokenization;

/// <summary>Small vocabularies for tests.</summary>
static class MadeVocabulary
{
    /// <summary>Byte-level BPE: ids 0 to 255 are the bytes, then come what the merges make, then <paramref name="more"/>.</summary>
    public static VocabularyData BytePair(string[] merges, params (string Text, TokenType Type)[] more)
    {
        var bytes = Enumerable.Range(0, 256).Select(b => ByteAlphabet.CharacterOf((byte)b).ToString());
        var merged = merges.Select(m => m.Replace(" ", "", StringComparison.Ordinal)).Distinct().ToArray();
        string[] texts = [.. bytes, .. merged, .. more.Select(m => m.Text)];
        return new()
        {
            Model = "gpt2",
            PreTokenizer = "gpt-2",
            Tokens = Strings(texts),
            Types = [.. texts.Select((_, i) => (int)(i < texts.Length - more.Length ? TokenType.Normal : more[i - texts.Length + more.Length].Type))],
            Merges = Strings(merges),
        };
    }

    public static VocabularyData SentencePiece(params (string Text, float Score, TokenType Type)[] tokens) => new()
    {
        Model = "llama",
        Tokens = Strings([.. tokens.Select(t => t.Text)]),
        Scores = [.. tokens.Select(t => t.Score)],
        Types = [.. tokens.Select(t => (int)t.Type)],
    };

    public static ByteStrings Strings(params string[] texts)
    {
        var builder = new ByteStrings.Builder(texts.Length);
        foreach (var text in texts) builder.Add(Encoding.UTF8.GetBytes(text));
        return builder.Build();
    }
}
