using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Prompts;
using CoderLsp.Lsp.Documents;
using CoderLsp.Lsp.Workspace;
using CoderLsp.Models.Loading;
using CoderLsp.Protocol.Messages;

namespace CoderLsp.Lsp.Background;

/// <summary>
/// Computes the prompt of the place where the user is before it is asked for: of a document that was opened or came to the front, behind
/// a jump, and where so much was typed that the prompt's anchor has to move.
/// </summary>
sealed class PromptsAhead(DocumentStore documents, WorkspaceState workspace, Session session)
{
    // A step shall take about this long of one core; it is short while nothing is known.
    static readonly TimeSpan StepTime = TimeSpan.FromSeconds(0.5);
    const int FirstStep = 32, ShortestStep = 8, LongestStep = 512;

    readonly Lock _gate = new();
    readonly Dictionary<string, (int Cursor, int Length)> _cursors = new(StringComparer.Ordinal);
    string? _inUse;
    AheadPrompt? _done;

    /// <summary>The document came to the front, or its cursor went elsewhere.</summary>
    public void Focused(DidFocusTextDocumentParams focused)
    {
        var uri = focused.TextDocument.Uri;
        if (focused.Position is { } position && documents.FindReadable(uri)?.Snapshot is { } snapshot
            && snapshot.TryOffsetOf(session.Encoding.Read(snapshot, position), out var cursor))
        {
            UserIsAt(snapshot, cursor);
            return;
        }
        lock (_gate) _inUse = uri;
    }

    /// <summary>The user is at this place.</summary>
    public void UserIsAt(TextSnapshot snapshot, int cursor)
    {
        lock (_gate) (_inUse, _cursors[snapshot.Uri]) = (snapshot.Uri, (cursor, snapshot.Length));
    }

    /// <summary>The document was opened or has changed; null: there is no text of it.</summary>
    public void Changed(string uri, TextSnapshot? now)
    {
        lock (_gate)
        {
            if (now is null)
            {
                _cursors.Remove(uri);
                if (_inUse == uri) _inUse = null;
                return;
            }
            _inUse = uri;
            // Most changes are made at the cursor, and it stands behind them.
            if (_cursors.TryGetValue(uri, out var place))
                _cursors[uri] = (Math.Clamp(place.Cursor + now.Length - place.Length, 0, now.Length), now.Length);
        }
    }

    /// <summary>Computes the prompt of the document in use; nothing where that was done.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what was computed stays in the cache.</exception>
    public async Task RunAsync(LoadedCompletion model, CpuPace pace, CancellationToken cancellation)
    {
        if (Plan(model) is not { Tokens.Length: > 0 } prompt || prompt.IsSameAs(_done)) return;
        var cost = model.Speed is { } speed ? model.Threads / speed.PromptTokensPerSecond : 0; // seconds of one core for a token
        for (var end = 0; end < prompt.Tokens.Length;)
        {
            var length = cost == 0 ? FirstStep : (int)Math.Clamp(StepTime.TotalSeconds / cost, ShortestStep, LongestStep);
            end = Math.Min(end + length, prompt.Tokens.Length);
            var part = new ArraySegment<int>(prompt.Tokens, 0, end);
            var computed = 0;
            var took = await pace.StepAsync(TimeSpan.FromSeconds(cost * length), model.Threads,
                async () => computed = await model.PrefillAsync(part, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            if (computed > 0) cost = took.TotalSeconds / computed;
        }
        model.Completer.Use(prompt);
        _done = prompt;
    }

    AheadPrompt? Plan(LoadedCompletion model)
    {
        string? uri;
        (int Cursor, int Length)? place;
        lock (_gate) (uri, place) = (_inUse, _inUse is not null && _cursors.TryGetValue(_inUse, out var known) ? known : null);
        if (uri is null || documents.FindReadable(uri)?.Snapshot is not { } snapshot) return null;
        // A place of another text will be put right by the change that is on its way.
        if (place is { } at && at.Length != snapshot.Length) return null;
        return model.Completer.PromptAhead(snapshot, place?.Cursor, session.Settings.Inline.ToOptions(), workspace.ProjectFor(session.Settings));
    }
}
