using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Inline.Memory;

/// <summary>Where the user will be when he has taken a suggestion.</summary>
public static class NextPlaces
{
    /// <summary>Behind the suggestion.</summary>
    public static InlineRequest Behind(InlineRequest request, InlineSuggestion accepted)
    {
        var start = request.Snapshot.OffsetOf(accepted.Range.Start);
        var snapshot = request.Snapshot.WithChange(accepted.Range, accepted.Text, request.Snapshot.Version);
        return Ahead(request) with
        {
            Snapshot = snapshot, Position = snapshot.PositionOf(start + accepted.Text.Length), AfterLines = accepted.Text.AsSpan().ContainsAny('\r', '\n'),
        };
    }

    /// <summary>Whether a document has become that of a next place.</summary>
    public static bool IsIn(InlineRequest next, TextSnapshot now) =>
        next.Snapshot.Uri == now.Uri && next.Snapshot.Length == now.Length && next.Snapshot.BeginsAs(now, now.Length);

    /// <summary>On the line that Enter makes behind the cursor, indented as editors do; null within a line.</summary>
    public static InlineRequest? Below(InlineRequest request)
    {
        var (snapshot, cursor) = request.Target();
        var context = CursorContext.Of(snapshot, cursor);
        if (context.HasTextToTheRight || string.IsNullOrWhiteSpace(context.Left)) return null;
        var white = context.Left[..^context.Left.AsSpan().TrimStart().Length];
        if (Blocks.Opens(context.Left, snapshot.LanguageId))
        {
            var (tabs, width) = request.Indentation ?? Indentation.Around(snapshot, snapshot.LineAt(cursor)) ?? new(false, 4);
            white += tabs ? "\t" : new string(' ', width);
        }
        var text = snapshot.LineEnding + white;
        var next = snapshot.WithChange(new(snapshot.PositionOf(cursor), snapshot.PositionOf(cursor)), text, snapshot.Version);
        return Ahead(request) with { Snapshot = next, Position = next.PositionOf(cursor + text.Length), Selected = null, AfterLines = false };
    }

    // Nobody asks, and by then the last decision was to accept.
    static InlineRequest Ahead(InlineRequest request) => request with
    {
        Trigger = InlineTrigger.Automatic, Selected = null, Ahead = true,
        Habits = request.Habits is { } habits ? habits with { PreviousAccepted = true, SinceDecision = TimeSpan.Zero } : null,
    };
}
