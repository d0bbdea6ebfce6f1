using System.Text;
using CoderLsp.Inference.Tokenization.PreTokenization;

namespace CoderLsp.Inference.Tokenization;

/// <summary>
/// Byte-level BPE (GPT-2): the pre-tokenizer cuts the text into pieces, each piece begins as the tokens of its UTF-8 bytes,
/// and these are merged by rank.
/// </summary>
sealed class BytePairTokenizer : Tokenizer
{
    readonly PreTokenizer _preTokenizer;
    readonly MergeTable _merges;
    readonly int[] _byteTokens = new int[256]; // -1: none
    readonly ScratchPool<Scratch> _pool = new();

    public BytePairTokenizer(VocabularyData data, Action<string>? warn) : this(data, new Vocabulary(data), PreTokenizer.Choose(data, warn), warn)
    {
    }

    BytePairTokenizer(VocabularyData data, Vocabulary vocabulary, PreTokenizer preTokenizer, Action<string>? warn)
        : base(vocabulary, new SpecialTokens(vocabulary, data, preTokenizer.AddBos, warn))
    {
        _preTokenizer = preTokenizer;
        _merges = new(data, vocabulary, warn);
        Span<byte> text = stackalloc byte[4];
        for (var b = 0; b < 256; b++)
        {
            var length = new Rune(ByteAlphabet.CharacterOf((byte)b)).EncodeToUtf8(text);
            var id = vocabulary.FindText(text[..length]);
            _byteTokens[b] = id >= 0 && vocabulary.Type(id) != TokenType.UserDefined ? id : -1;
        }
        // Published vocabularies do without bytes that UTF-8 never or hardly ever has, even without some control characters.
        var missing = string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Prepend('\n').Where(b => _byteTokens[b] < 0).Select(b => (char)b));
        if (missing.Length > 0) warn?.Invoke($"{data.Source}: the vocabulary has no tokens for the characters '{missing}'; they are left out of prompts.");
    }

    private protected override void EncodePlain(ReadOnlySpan<char> text, List<int> tokens, bool continues)
    {
        var scratch = _pool.Rent();
        _preTokenizer.Split(text, scratch.Pieces);
        var start = 0;
        foreach (var end in scratch.Pieces.Ends)
        {
            EncodePiece(text[start..end], scratch, tokens);
            start = end;
        }
        if (scratch.IsSmall) _pool.Return(scratch);
    }

    void EncodePiece(ReadOnlySpan<char> piece, Scratch scratch, List<int> tokens)
    {
        if (_preTokenizer.WholePieces && FindWhole(piece) is var whole and >= 0)
        {
            tokens.Add(whole);
            return;
        }
        var list = scratch.List;
        list.Clear();
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in piece.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                AddByte(list, (byte)rune.Value);
                continue;
            }
            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)]) AddByte(list, b);
        }
        if (list.Count == 0) return;
        list.Merge(new Rule(_merges));
        for (var i = 0; i >= 0; i = list.Next(i)) tokens.Add(list.Token(i));
    }

    void AddByte(MergeList list, byte value)
    {
        if (_byteTokens[value] is var id and >= 0) list.Add(id);
    }

    // The longest tokens of text are far shorter than the buffer.
    int FindWhole(ReadOnlySpan<char> piece)
    {
        Span<byte> text = stackalloc byte[512];
        Span<byte> utf8 = stackalloc byte[4];
        var length = 0;
        foreach (var rune in piece.EnumerateRunes())
        {
            if (length > text.Length - 8) return -1;
            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)]) length += new Rune(ByteAlphabet.CharacterOf(b)).EncodeToUtf8(text[length..]);
        }
        var id = Vocabulary.FindText(text[..length]);
        return id >= 0 && !Vocabulary.IsSpecial(id) ? id : -1;
    }

    readonly struct Rule(MergeTable merges) : IMergeRule
    {
        public bool TryMerge(MergeList list, int left, int right, out uint order, out int merged) =>
            merges.TryFind(list.Token(left), list.Token(right), out order, out merged);
    }

    sealed class Scratch
    {
        public PieceList Pieces { get; } = new();
        public MergeList List { get; } = new();

        // One long line must not hold its memory for ever.
        public bool IsSmall => Pieces.Capacity <= 1 << 18 && List.Capacity <= 1 << 16;
    }
}
