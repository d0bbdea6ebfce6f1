using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Prompts;

/// <summary>
/// Where the burst of typing in one document began: the start of a line. What is typed after it goes behind everything else in the
/// prompt, so that a keystroke changes the prompt's end only. It stays when Enter is pressed and moves when the cursor jumps away.
/// </summary>
public sealed class TypingAnchor
{
    TextSnapshot? last;
    int anchor;
    int behind; // characters of the document behind the cursor's line

    /// <summary>The anchor for a cursor at an offset of a snapshot, which becomes the state that the next one is compared with.</summary>
    public int At(TextSnapshot snapshot, int cursor)
    {
        var line = snapshot.LineAt(cursor);
        var rest = snapshot.Length - snapshot.LineEnd(line);
        if (last is null || !SameBurst(snapshot, cursor, rest)) anchor = snapshot.LineStart(line);
        (last, behind) = (snapshot, rest);
        return anchor;
    }

    /// <summary>Tells that the prompt had to move the anchor: the typed text had grown too long.</summary>
    public void MoveTo(int offset) => anchor = offset;

    // Typing leaves alone what stands before the anchor and below the cursor's line. (A bracket that the editor closes on Enter
    // makes a new line below: a new burst, and the suffix is another one anyway.)
    bool SameBurst(TextSnapshot now, int cursor, int rest) =>
        cursor >= anchor && rest == behind && last!.BeginsAs(now, anchor) && last.EndsAs(now, rest);
}
