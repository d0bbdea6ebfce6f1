using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Prompts;

/// <summary>
/// Where the burst of typing in one document began: the start of a line. What is typed after it goes behind everything else in the
/// prompt, so that a keystroke changes the prompt's end only. It stays when Enter is pressed and moves when the cursor jumps away.
/// </summary>
public sealed class TypingAnchor
{
    TextSnapshot? _last;
    int _anchor;
    int _behind; // characters of the document behind the cursor's line

    /// <summary>The anchor for a cursor at an offset of a snapshot, which becomes the state that the next one is compared with.</summary>
    public int At(TextSnapshot snapshot, int cursor)
    {
        var line = snapshot.LineAt(cursor);
        var rest = snapshot.Length - snapshot.LineEnd(line);
        if (_last is null || !SameBurst(snapshot, cursor, rest)) _anchor = snapshot.LineStart(line);
        (_last, _behind) = (snapshot, rest);
        return _anchor;
    }

    /// <summary>Tells that the prompt had to move the anchor: the typed text had grown too long.</summary>
    public void MoveTo(int offset) => _anchor = offset;

    // Typing leaves alone what stands before the anchor and below the cursor's line. (A bracket that the editor closes on Enter
    // makes a new line below: a new burst, and the suffix is another one anyway.)
    bool SameBurst(TextSnapshot now, int cursor, int rest) =>
        cursor >= _anchor && rest == _behind && _last!.BeginsAs(now, _anchor) && _last.EndsAs(now, rest);
}
