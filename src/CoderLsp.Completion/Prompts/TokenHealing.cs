namespace CoderLsp.Completion.Prompts;

/// <summary>
/// A cursor cuts the text where no token of the training text may have ended, and a model does not know how its tokens are spelled.
/// So what tokenisers keep together is taken back and generated again: the word at the cursor, or the run of punctuation
/// (<c>(</c> where <c>();</c> is one token), with the white space before it.
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
        if (start == typed.Length)
            while (start > 0 && !IsWordCharacter(typed[start - 1]) && !char.IsWhiteSpace(typed[start - 1])) start--;
        while (start > 0 && typed[start - 1] is (' ' or '\t')) start--;
        return typed.Length - start is var length and <= MaxLength ? length : 0;
    }

    // A surrogate is half of a letter or of an emoji; either way the pair must not be parted.
    static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c);
}
