using System.Text;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Chat;

/// <summary>
/// Collects the tokens of a conversation. Text between two special tokens is cut into tokens as one, as in training, and never becomes a
/// special token.
/// </summary>
sealed class ChatTokens(Tokenizer tokenizer)
{
    readonly List<int> _tokens = [];
    readonly StringBuilder _text = new();

    public void Add(string text) => _text.Append(text);

    public void Add(int token)
    {
        Flush();
        _tokens.Add(token);
    }

    public void Add(IEnumerable<int> tokens)
    {
        Flush();
        _tokens.AddRange(tokens);
    }

    public List<int> ToList()
    {
        Flush();
        return _tokens;
    }

    void Flush()
    {
        tokenizer.Encode(_text.ToString(), _tokens);
        _text.Clear();
    }
}
