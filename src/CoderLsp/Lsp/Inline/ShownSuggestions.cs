using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Inline.Memory;

namespace CoderLsp.Lsp.Inline;

/// <summary>What was suggested last, and whether it has just been taken. Safe for concurrent use.</summary>
sealed class ShownSuggestions
{
    readonly Lock _gate = new();
    (InlineRequest Request, IReadOnlyList<InlineSuggestion> Items)? _last;
    (TextSnapshot Snapshot, TextPosition Position)? _takenLines;

    /// <summary>What will be asked when the best of them is taken; null where none is shown.</summary>
    public InlineRequest? Next
    {
        get
        {
            lock (_gate) return _last is var (request, items) ? NextPlaces.Behind(request, items[0]) : null;
        }
    }

    /// <param name="found">Null or none: nothing is shown.</param>
    public void Show(InlineRequest request, IReadOnlyList<InlineSuggestion>? found)
    {
        lock (_gate) _last = found is { Count: > 0 } ? (request, found) : null;
    }

    /// <inheritdoc cref="SuggestionRuns.Changed"/>
    public void Changed(string uri, TextSnapshot? now)
    {
        lock (_gate)
        {
            if (_takenLines?.Snapshot.Uri == uri) _takenLines = null;
            if (_last is not var (request, items) || request.Snapshot.Uri != uri) return;
            if (now is not null && items.Select(item => NextPlaces.Behind(request, item)).FirstOrDefault(next => next.AfterLines && NextPlaces.IsIn(next, now)) is { } taken)
                _takenLines = (now, taken.Position);
            _last = null;
        }
    }

    /// <summary>Whether the user stands behind a suggestion of several lines that has just been taken.</summary>
    public bool HasTakenLines(InlineRequest request)
    {
        lock (_gate) return _takenLines is var (snapshot, position) && request.Snapshot == snapshot && request.Position == position;
    }
}
