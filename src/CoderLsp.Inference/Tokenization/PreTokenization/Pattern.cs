namespace CoderLsp.Inference.Tokenization.PreTokenization;

/// <summary>One step of a pre-tokenizer: a regular expression, written out as a scanner.</summary>
abstract class Pattern
{
    /// <summary>The leftmost match in <paramref name="piece"/> that begins at or after <paramref name="from"/>; the piece is all that the expression sees.</summary>
    public abstract bool TryFind(ReadOnlySpan<char> piece, int from, out int start, out int end);

    /// <summary>Cuts every piece around the matches in it: what matches and what lies between are the new pieces.</summary>
    public void Split(ReadOnlySpan<char> text, PieceList pieces)
    {
        var begin = 0;
        foreach (var end in pieces.Restart())
        {
            var piece = text[begin..end];
            for (var from = 0; from < piece.Length && TryFind(piece, from, out var matchStart, out var matchEnd); from = matchEnd)
            {
                pieces.Add(begin + matchStart);
                pieces.Add(begin + matchEnd);
            }
            pieces.Add(end);
            begin = end;
        }
    }
}
