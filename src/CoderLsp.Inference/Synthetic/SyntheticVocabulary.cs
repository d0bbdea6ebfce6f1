using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Synthetic;

/// <summary>
/// A made vocabulary of byte-level BPE with DeepSeek-Coder's layout: 243 bytes, merges, the 13 bytes that never occur in UTF-8, the
/// special and FIM tokens, padding. It is made by tokenising words with the merges so far and merging the first two pieces until each
/// word is one token. So every token is what its own text becomes, as in a trained vocabulary.
/// </summary>
sealed class SyntheticVocabulary
{
    const int Normal = 1, Control = 3, UserDefined = 4;

    // Id offsets behind the bytes and merges, and whether the published files call the token control or user-defined.
    static readonly (string Text, int Type)[] Added =
    [
        ("<｜begin▁of▁sentence｜>", Control), ("<｜end▁of▁sentence｜>", Control),
        ("<｜fim▁hole｜>", UserDefined), ("<｜fim▁begin｜>", UserDefined), ("<｜fim▁end｜>", UserDefined),
        ("<pad>", UserDefined), ("<|User|>", UserDefined), ("<|Assistant|>", UserDefined), ("<|EOT|>", UserDefined),
    ];

    readonly int _wordTokens;
    readonly Dictionary<string, int> _byteIds = [];
    readonly Dictionary<(int, int), int> _merged = [];

    public List<string> Tokens { get; } = [];
    public List<int> Types { get; } = [];
    public List<string> Merges { get; } = [];

    public SyntheticVocabulary(int wordTokens, int count)
    {
        _wordTokens = wordTokens;
        var bytes = Enumerable.Range(0, 256).ToLookup(OccursInUtf8, b => ByteAlphabet.CharacterOf((byte)b).ToString());
        foreach (var text in bytes[true])
        {
            _byteIds[text] = Tokens.Count;
            Add(text, Normal);
        }
        foreach (var word in CodeWords.All) Learn(word);
        var random = new SplitMix64(0x5EED);
        while (Tokens.Count < wordTokens) Learn(CodeWords.Random(ref random));
        foreach (var text in bytes[false]) Add(text, UserDefined);
        foreach (var (text, type) in Added) Add(text, type);
        while (Tokens.Count < count) Add($"[PAD{Tokens.Count}]", UserDefined);
    }

    public uint IdOf(string text) => (uint)Tokens.IndexOf(text);

    static bool OccursInUtf8(int value) => value is not (0xC0 or 0xC1 or >= 0xF5);

    void Add(string text, int type)
    {
        Tokens.Add(text);
        Types.Add(type);
    }

    void Learn(string word)
    {
        var pieces = word.Select(c => _byteIds[(c == ' ' ? 'Ġ' : c).ToString()]).ToList();
        for (Merge(pieces); pieces.Count > 1 && Tokens.Count < _wordTokens; Merge(pieces))
        {
            _merged[(pieces[0], pieces[1])] = Tokens.Count;
            Merges.Add($"{Tokens[pieces[0]]} {Tokens[pieces[1]]}");
            Add(Tokens[pieces[0]] + Tokens[pieces[1]], Normal);
        }
    }

    /// <summary>BPE: the earliest merge first, its leftmost place first.</summary>
    void Merge(List<int> pieces)
    {
        while (true)
        {
            var (best, place) = (int.MaxValue, 0);
            for (var i = 0; i + 1 < pieces.Count; i++)
                if (_merged.TryGetValue((pieces[i], pieces[i + 1]), out var id) && id < best) (best, place) = (id, i);
            if (best == int.MaxValue) return;
            pieces[place] = best;
            pieces.RemoveAt(place + 1);
        }
    }
}
