using System.Text;
using CoderLsp.Inference.Gguf;

namespace CoderLsp.Inference.Tokenization;

/// <summary>
/// SentencePiece BPE (Llama 1 and 2, CodeLlama): the text, its spaces written as U+2581 and one put before it, begins as its characters;
/// neighbours whose joined text is a token are merged, the highest score first. A character that is no token becomes its bytes.
/// </summary>
sealed class SentencePieceTokenizer : Tokenizer
{
    readonly bool _addSpacePrefix;
    readonly uint[] _orders; // of a merge that makes this token
    readonly int[] _byteTokens = new int[256]; // -1: none
    readonly int _longest;
    readonly bool _spacesOnlyLead;
    readonly ScratchPool<Scratch> _pool = new();

    public SentencePieceTokenizer(VocabularyData data, Action<string>? warn) : this(data, new Vocabulary(data), warn)
    {
    }

    SentencePieceTokenizer(VocabularyData data, Vocabulary vocabulary, Action<string>? warn)
        : base(vocabulary, new SpecialTokens(vocabulary, data, addBos: true, warn))
    {
        if (data.Scores is not { } scores) throw new GgufException($"{data.Source}: the metadata 'tokenizer.ggml.scores' is missing.");
        if (scores.Length != vocabulary.Count)
            throw new GgufException($"{data.Source}: the vocabulary has {vocabulary.Count} tokens, but {scores.Length} scores.");
        _addSpacePrefix = data.AddSpacePrefix ?? true;
        _orders = Array.ConvertAll(scores, OrderOf);
        for (var id = 0; id < vocabulary.Count; id++) _longest = Math.Max(_longest, vocabulary.TextBytes(id).Length);
        _spacesOnlyLead = !Enumerable.Range(0, vocabulary.Count).Any(id => SpaceFollowsText(vocabulary.TextBytes(id)));
        for (var b = 0; b < 256; b++) _byteTokens[b] = vocabulary.Find($"<0x{b:X2}>") ?? Special.Unknown ?? -1;
    }

    private protected override void EncodePlain(ReadOnlySpan<char> text, List<int> tokens, bool continues)
    {
        var scratch = _pool.Rent();
        var afterText = false;
        if (_addSpacePrefix && !continues) Add(new(' '), scratch);
        foreach (var rune in text.EnumerateRunes())
        {
            // No token reaches over such a place, so that the words merge apart, which is much faster than all at once.
            if (afterText && rune.Value == ' ' && _spacesOnlyLead) MergeInto(tokens, scratch);
            Add(rune, scratch);
            afterText = rune.Value is not (' ' or '▁');
        }
        MergeInto(tokens, scratch);
        if (scratch.IsSmall) _pool.Return(scratch);
    }

    void MergeInto(List<int> tokens, Scratch scratch)
    {
        var list = scratch.List;
        list.Merge(new Rule(this, scratch));
        for (var i = 0; i >= 0; i = list.Next(i))
        {
            if (list.Token(i) is var id and >= 0) tokens.Add(id);
            else AddBytes(scratch.Symbol(i, list.Next(i)), tokens);
        }
        scratch.Clear();
    }

    static bool SpaceFollowsText(ReadOnlySpan<byte> text)
    {
        while (text.StartsWith("▁"u8)) text = text[3..];
        return text.IndexOf("▁"u8) >= 0;
    }

    void Add(Rune rune, Scratch scratch)
    {
        var symbol = scratch.Append(rune.Value == ' ' ? new('▁') : rune);
        scratch.List.Add(FindToken(symbol));
    }

    void AddBytes(ReadOnlySpan<byte> symbol, List<int> tokens)
    {
        foreach (var b in symbol)
            if (_byteTokens[b] is var id and >= 0) tokens.Add(id);
    }

    // Special tokens and the byte tokens never come from text that happens to look like them.
    int FindToken(ReadOnlySpan<byte> text)
    {
        var id = text.Length <= _longest ? Vocabulary.FindText(text) : -1;
        return id >= 0 && !Vocabulary.IsSpecial(id) && Vocabulary.Type(id) != TokenType.Byte ? id : -1;
    }

    // The bits of a float sort as integers once the sign is turned around; the higher score shall come first. Adding 0 makes -0 to 0.
    static uint OrderOf(float score)
    {
        var bits = BitConverter.SingleToUInt32Bits(score + 0f);
        var ascending = (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
        return Math.Min(~ascending, uint.MaxValue - 1);
    }

    readonly struct Rule(SentencePieceTokenizer tokenizer, Scratch scratch) : IMergeRule
    {
        public bool TryMerge(MergeList list, int left, int right, out uint order, out int merged)
        {
            merged = tokenizer.FindToken(scratch.Symbol(left, list.Next(right)));
            order = merged >= 0 ? tokenizer._orders[merged] : 0;
            return merged >= 0;
        }
    }

    sealed class Scratch
    {
        byte[] _bytes = new byte[256];
        int[] _starts = new int[256]; // of a symbol, in bytes
        int _length;

        public MergeList List { get; } = new();

        public bool IsSmall => _bytes.Length <= 1 << 18;

        public void Clear()
        {
            _length = 0;
            List.Clear();
        }

        /// <summary>Adds a character of the text; the symbol's number is the list's count.</summary>
        public ReadOnlySpan<byte> Append(Rune rune)
        {
            if (_length + 4 > _bytes.Length) Array.Resize(ref _bytes, 2 * _bytes.Length);
            if (List.Count == _starts.Length) Array.Resize(ref _starts, 2 * _starts.Length);
            _starts[List.Count] = _length;
            var width = rune.EncodeToUtf8(_bytes.AsSpan(_length));
            _length += width;
            return _bytes.AsSpan(_length - width, width);
        }

        /// <summary>The text from a symbol up to another, or to the end (-1).</summary>
        public ReadOnlySpan<byte> Symbol(int first, int end) => _bytes.AsSpan(_starts[first]..(end < 0 ? _length : _starts[end]));
    }
}
