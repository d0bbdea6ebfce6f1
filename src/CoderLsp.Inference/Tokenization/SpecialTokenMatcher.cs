using System.Buffers;

namespace CoderLsp.Inference.Tokenization;

/// <summary>Finds the texts of given tokens in a text; where several begin at the same place, the longest.</summary>
sealed class SpecialTokenMatcher
{
    readonly SearchValues<string> _texts;
    readonly Dictionary<char, (string Text, int Id)[]> _byFirstCharacter;

    public SpecialTokenMatcher(Vocabulary vocabulary, IEnumerable<int> ids)
    {
        var tokens = ids.Select(id => (Text: vocabulary.Text(id), Id: id)).Where(t => t.Text.Length > 0).ToArray();
        _texts = SearchValues.Create([.. tokens.Select(t => t.Text)], StringComparison.Ordinal);
        _byFirstCharacter = tokens.GroupBy(t => t.Text[0]).ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.Text.Length).ToArray());
    }

    /// <summary>The first token in <paramref name="text"/>: where it begins, how long it is and its id; false if there is none.</summary>
    public bool TryFind(ReadOnlySpan<char> text, out int start, out int length, out int id)
    {
        (length, id) = (0, -1);
        start = _byFirstCharacter.Count == 0 ? -1 : text.IndexOfAny(_texts);
        if (start < 0) return false;
        foreach (var token in _byFirstCharacter[text[start]])
        {
            if (!text[start..].StartsWith(token.Text, StringComparison.Ordinal)) continue;
            (length, id) = (token.Text.Length, token.Id);
            return true;
        }
        return false;
    }
}
