namespace CoderLsp.Completion.Prompts;

/// <summary>
/// A cursor inside a word cuts it where no token of the training text ended, and the model does not know how its tokens are spelled.
/// So the word and the white space before it, which byte-level tokenisers join to it, are taken back and generated again.
/// </summary>
static class TokenHealing
{
    /// <summary>Longest text to take back, in UTF-16 code units: a longer run of letters is data, not a word.</summary>
    public const int MaxLength = 96;

    /// <summary>How many characters at the end of <paramref name="typed"/>, the line up to the cursor, are taken back.</summary>
    public static int Length(ReadOnlySpan<char> typed)
    {
        var start = typed.Length;
        while (start > 0 && IsWordCharacter(typed[start - 1])) start--;
        while (start > 0 && typed[start - 1] is (' ' or '\t')) start--;
        return typed.Length - start is var length and <= MaxLength ? length : 0;
    }

    // A surrogate is half of a letter or of an emoji; either way the pair must not be parted.
    static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c);
}
