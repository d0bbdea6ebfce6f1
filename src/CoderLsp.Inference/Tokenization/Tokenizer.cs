using System.Buffers;
using System.Text;
using CoderLsp.Inference.Gguf;

namespace CoderLsp.Inference.Tokenization;

/// <summary>Turns text into the token ids of a model and back. All members may be called from several threads at the same time.</summary>
public abstract class Tokenizer
{
    readonly SpecialTokenMatcher _added, _addedAndSpecial;
    readonly Lazy<TokenTrie> _trie;

    private protected Tokenizer(Vocabulary vocabulary, SpecialTokens special)
    {
        (Vocabulary, Special) = (vocabulary, special);
        // Words that were added to the vocabulary by hand are looked for before anything else, in every text, as in training.
        var added = new List<int>();
        var specials = new List<int>();
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary.IsSpecial(id)) specials.Add(id);
            else if (vocabulary.Type(id) == TokenType.UserDefined) added.Add(id);
        }
        _added = new(vocabulary, added);
        _addedAndSpecial = new(vocabulary, added.Concat(specials));
        _trie = new(() => new TokenTrie(vocabulary));
    }

    /// <summary>The tokenizer of a model file, which may be closed afterwards.</summary>
    /// <param name="warn">Takes a sentence about anything odd that does not stop the model from working.</param>
    /// <exception cref="GgufException">The file's vocabulary is missing, broken or of a kind that is not supported.</exception>
    public static Tokenizer FromGguf(GgufFile file, Action<string>? warn = null) => FromData(VocabularyReader.Read(file), warn);

    internal static Tokenizer FromData(VocabularyData data, Action<string>? warn = null) => data.Model switch
    {
        "gpt2" => new BytePairTokenizer(data, warn),
        "llama" => new SentencePieceTokenizer(data, warn),
        _ => throw new GgufException(
            $"{data.Source}: the tokenizer '{data.Model}' is not supported; gpt2 (byte-level BPE) and llama (SentencePiece BPE) are."),
    };

    public Vocabulary Vocabulary { get; }

    public SpecialTokens Special { get; }

    /// <summary>The vocabulary by its bytes; built when first asked for.</summary>
    public TokenTrie Trie => _trie.Value;

    /// <summary>
    /// Appends the tokens of <paramref name="text"/>, without BOS. A lone surrogate is taken as U+FFFD.
    /// </summary>
    /// <param name="parseSpecial">Whether special tokens written in the text become these tokens. Never for text of users or files.</param>
    /// <param name="continues">Whether the text is a piece of one: SentencePiece then puts no space before it.</param>
    public void Encode(ReadOnlySpan<char> text, List<int> tokens, bool parseSpecial = false, bool continues = false)
    {
        var matcher = parseSpecial ? _addedAndSpecial : _added;
        while (!text.IsEmpty)
        {
            var found = matcher.TryFind(text, out var start, out var length, out var id);
            var plain = found ? text[..start] : text;
            if (!plain.IsEmpty) EncodePlain(plain, tokens, continues);
            if (!found) return;
            tokens.Add(id);
            text = text[(start + length)..];
        }
    }

    /// <summary>Number of tokens of <paramref name="text"/>, without BOS.</summary>
    public int Count(ReadOnlySpan<char> text)
    {
        var tokens = new List<int>(text.Length / 3);
        Encode(text, tokens);
        return tokens.Count;
    }

    /// <summary>Appends the tokens of a text that is not empty and holds no added or special token.</summary>
    private protected abstract void EncodePlain(ReadOnlySpan<char> text, List<int> tokens, bool continues);

    /// <summary>The text of these tokens; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="special">Whether special tokens are written out; else they are left out.</param>
    /// <remarks>The space that SentencePiece puts before a text stays: tokens that continue a text must keep theirs.</remarks>
    public string Decode(ReadOnlySpan<int> tokens, bool special = false)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, 4 * tokens.Length));
        foreach (var id in tokens)
            bytes.Write(special && Vocabulary.IsSpecial(id) ? Vocabulary.TextBytes(id) : Vocabulary.Bytes(id));
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
