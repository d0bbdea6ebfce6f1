using System.Text;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Models.Chat;

/// <summary>
/// The tokens of the last replies by their text. The same text can be cut into tokens in other ways than the model did; with the model's own
/// tokens the next turn finds the whole conversation in the cache. May be used from several threads.
/// </summary>
sealed class ReplyMemory(Tokenizer tokenizer)
{
    const int Most = 64;

    readonly Lock _lock = new();
    readonly Dictionary<string, int[]> _tokens = [];
    readonly Queue<string> _order = [];

    public IReadOnlyList<int>? Find(string reply)
    {
        lock (_lock) return _tokens.GetValueOrDefault(reply);
    }

    /// <param name="lead">What the template puts before a reply; the first of the tokens may hold it.</param>
    /// <param name="tokens">As generated; more than the reply where its end was cut.</param>
    public void Add(string reply, string lead, IReadOnlyList<int> tokens)
    {
        if (reply.Length == 0 || Own(reply, lead, tokens) is not { } own) return;
        lock (_lock)
        {
            if (!_tokens.TryAdd(reply, own))
            {
                _tokens[reply] = own;
                return;
            }

            _order.Enqueue(reply);
            if (_order.Count > Most) _tokens.Remove(_order.Dequeue());
        }
    }

    // Null where the reply ends inside a token.
    int[]? Own(string reply, string lead, IReadOnlyList<int> tokens)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(reply), withLead = Encoding.UTF8.GetBytes(lead + reply);
        var bytes = new List<byte>(withLead.Length);
        for (var i = 0; i < tokens.Count; i++)
        {
            bytes.AddRange(tokenizer.Vocabulary.Bytes(tokens[i]));
            if (bytes.Count > withLead.Length) return null;
            if (bytes.SequenceEqual(withLead) || bytes.SequenceEqual(wanted)) return [.. tokens.Take(i + 1)];
        }

        return null;
    }
}
