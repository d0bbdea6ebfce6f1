namespace CoderLsp.Completion.Prompts;

/// <summary>
/// A cursor inside a word cuts it where no token of the training text ended, and the model does not know how its tokens are spelled.
/// So the word and the white space before it, which byte-level tokenisers join to it, are taken back and generated again.
/// </summary>
static class TokenHealing
{
    /// <summary>Longest text to take back, in UTF-16 code units: a longer run of letters is data, not a word.</summary>
    public const int MaxLength = 96;

    /// <summary>Offset from which the text before <paramref name="cursor"/> is taken back; never before <paramref name="earliest"/>.</summary>
    public static int Start(ReadOnlySpan<char> text, int earliest, int cursor)
    {
        earliest = Math.Max(earliest, cursor - MaxLength);
        var start = cursor;
        while (start > earliest && IsWordCharacter(text[start - 1])) start--;
        while (start > earliest && text[start - 1] is (' ' or '\t')) start--;
        return start == cursor - MaxLength ? cursor : start;
    }

    // A surrogate is half of a letter or of an emoji; either way the pair must not be parted.
    static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c);
}
