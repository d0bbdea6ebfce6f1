using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Generation;

/// <summary>
/// Token healing: the first bytes of a continuation are given. As long as some are left, only tokens that agree with them may be chosen:
/// those that begin what is left, and those that begin with it.
/// </summary>
sealed class RequiredPrefix(Tokenizer tokenizer)
{
    readonly List<int> _allowed = [];
    ReadOnlyMemory<byte> _left;

    public bool IsThrough => _left.IsEmpty;

    /// <summary>Bytes that are still owed.</summary>
    public int BytesLeft => _left.Length;

    /// <summary>The tokens that may come next; empty when every token may.</summary>
    public List<int> Allowed => _allowed;

    public void Begin(ReadOnlyMemory<byte> required)
    {
        _left = required;
        FindAllowed();
    }

    /// <summary>Takes what the chosen token says of the required bytes; returns how many of its bytes those were.</summary>
    public int Advance(int token)
    {
        var taken = Math.Min(_left.Length, tokenizer.Vocabulary.Bytes(token).Length);
        _left = _left[taken..];
        FindAllowed();
        return taken;
    }

    void FindAllowed()
    {
        _allowed.Clear();
        if (_left.IsEmpty) return;
        tokenizer.Trie.FindCompatible(_left.Span, _allowed);
        if (_allowed.Count == 0) _left = default; // a vocabulary without these bytes: nothing can agree, so nothing is demanded
    }
}
