using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Prompts;

/// <summary>
/// Where the burst of typing in one document began: the start of a line. What is typed after it goes behind everything else in the
/// prompt, so that a keystroke changes the prompt's end only. It stays when Enter is pressed and moves when the cursor jumps away.
/// </summary>
public sealed class TypingAnchor
{
    TextSnapshot? _last;
    int _anchor, _budget;
    int _behind; // characters of the document behind the cursor's line

    /// <summary>The anchor for a cursor at an offset of a snapshot, which becomes the state that the next one is compared with.</summary>
    /// <param name="budget">Most tokens of the burst's prompts if one begins here; with another number the windows would be others.</param>
    public (int Anchor, int Budget) At(TextSnapshot snapshot, int cursor, int budget)
    {
        (_anchor, _budget) = Of(snapshot, cursor, budget);
        (_last, _behind) = (snapshot, Behind(snapshot, cursor));
        return (_anchor, _budget);
    }

    /// <summary>The same, and the state stays as it is: for what may be asked later.</summary>
    public (int Anchor, int Budget) Of(TextSnapshot snapshot, int cursor, int budget) =>
        _last is not null && SameBurst(snapshot, cursor, Behind(snapshot, cursor)) ? (_anchor, _budget) : (snapshot.LineStart(snapshot.LineAt(cursor)), budget);

    /// <summary>Tells that the prompt had to move the anchor: the typed text had grown too long.</summary>
    public void MoveTo(int offset) => _anchor = offset;

    /// <summary>Moves the anchor forward to where a prompt was computed ahead for, unless another burst has begun meanwhile.</summary>
    /// <param name="snapshot">The text that the prompt was made of.</param>
    /// <param name="budget">That it was made for.</param>
    public void MoveAhead(TextSnapshot snapshot, int cursor, int offset, int budget)
    {
        var rest = Behind(snapshot, cursor);
        if (_last is not null && offset >= _anchor && offset <= _last.Length - _behind && rest == _behind
            && _last.BeginsAs(snapshot, offset) && _last.EndsAs(snapshot, rest)) (_anchor, _budget) = (offset, budget);
    }

    static int Behind(TextSnapshot snapshot, int cursor) => snapshot.Length - snapshot.LineEnd(snapshot.LineAt(cursor));

    // Typing leaves alone what stands before the anchor and below the cursor's line. (A bracket that the editor closes on Enter
    // makes a new line below: a new burst, and the suffix is another one anyway.)
    bool SameBurst(TextSnapshot now, int cursor, int rest) =>
        cursor >= _anchor && rest == _behind && _last!.BeginsAs(now, _anchor) && _last.EndsAs(now, rest);
}
