using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Inline.Memory;

/// <summary>What was suggested at one place of one text.</summary>
/// <param name="Snapshot">The text; that of a selected popup item included.</param>
/// <param name="Cursor">Offset in <paramref name="Snapshot"/>.</param>
/// <param name="Items">Best first, their text from the cursor on. None: there was nothing worth showing.</param>
/// <param name="Invoked">Whether the user asked.</param>
sealed record RememberedSuggestions(TextSnapshot Snapshot, int Cursor, IReadOnlyList<InlineSuggestion> Items, bool Invoked, Indentation? Indentation)
{
    /// <summary>
    /// What is left of them at a later state of the text, if it has come of theirs by typing what they say; else null. At the same state,
    /// that is all of them, or one for a request that nobody made.
    /// </summary>
    public IReadOnlyList<InlineSuggestion>? At(TextSnapshot snapshot, int cursor, InlineRequest request)
    {
        if (request.Indentation != Indentation || cursor < Cursor) return null;
        var asked = request.Trigger == InlineTrigger.Invoked;
        if (asked && !Invoked) return null; // who asks wants to see others, too
        if (cursor == Cursor)
            return IsOf(snapshot, cursor) ? asked ? Items : [.. Items.Take(1)] : null;
        // Who asks after some typing gets what goes on from there. Else what was typed decides which one is meant.
        if (asked) return null;
        var typed = snapshot.Slice(Cursor, cursor);
        foreach (var item in Items)
            if (item.Text.AsSpan().StartsWith(typed) && Rest(snapshot, cursor, item.Text.AsSpan(typed.Length)) is { } rest) return [item with { Text = rest }];
        return null;
    }

    /// <summary>What is left to be shown of a suggestion; null for nothing, or where more has happened than that it was typed.</summary>
    string? Rest(TextSnapshot snapshot, int cursor, ReadOnlySpan<char> rest)
    {
        if (!TypedText.Since(Snapshot, Cursor, snapshot, cursor, out _, out var closers)) return null;
        if (!closers.IsEmpty)
        {
            // What the editor has closed by itself ends the suggestion.
            var context = CursorContext.Of(snapshot, cursor);
            if (rest.IndexOfAny('\r', '\n') is var end and >= 0) rest = rest[..end];
            rest = SuffixOverlap.Cut(context.Left, rest, context.Right);
        }
        return rest.IsWhiteSpace() ? null : rest.ToString();
    }

    /// <summary>Whether this was suggested for that state.</summary>
    public bool IsOf(TextSnapshot snapshot, int cursor) => cursor == Cursor && TypedText.Since(Snapshot, Cursor, snapshot, cursor, out _);
}
