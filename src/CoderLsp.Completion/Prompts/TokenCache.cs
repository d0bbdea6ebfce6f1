namespace CoderLsp.Completion.Prompts;

/// <summary>Remembers the tokens of pieces of text: between two keystrokes nearly all of a window is the same.</summary>
sealed class TokenCache(IInfillModel model)
{
    // Two generations instead of a list of uses: what was not asked for while one generation filled up is forgotten with the next.
    const int GenerationLength = 512;

    Dictionary<string, int[]> _young = [];
    Dictionary<string, int[]> _old = [];

    /// <summary>The tokens of <paramref name="text"/>, its line ends made LF as in the models' training text.</summary>
    public int[] Encode(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return [];
        if (_young.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var tokens)) return tokens;
        if (!_old.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out tokens)) tokens = EncodeOnce(text);
        if (_young.Count >= GenerationLength) (_old, _young) = (_young, []);
        _young.Add(text.ToString(), tokens);
        return tokens;
    }

    /// <summary>The same for text that will not be asked for again.</summary>
    public int[] EncodeOnce(ReadOnlySpan<char> text)
    {
        var tokens = new List<int>(text.Length / 2);
        model.Encode(text.Contains('\r') ? text.ToString().ReplaceLineEndings("\n") : text, tokens);
        return [.. tokens];
    }
}
