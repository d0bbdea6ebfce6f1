using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Lsp.Background;
using CoderLsp.Lsp.Documents;
using CoderLsp.Lsp.Workspace;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp.Inline;

/// <summary>What a client asks about.</summary>
/// <param name="Version">Of the text that is meant, where the client says it.</param>
/// <param name="Formatting">How the editor indents, where the client says it.</param>
readonly record struct AskedPlace(
    string Uri, Position Position, int? Version = null, SelectedCompletionInfo? Selected = null, FormattingOptions? Formatting = null);

/// <summary>Suggestions, best first, and the text that they were made for. None: there is nothing that is worth showing there.</summary>
readonly record struct FreshSuggestions(IReadOnlyList<InlineSuggestion> Items, TextSnapshot Snapshot);

/// <summary>From a position that a client asks about to a suggestion that still fits when it comes.</summary>
sealed class Suggestions(
    DocumentStore documents, SuggestionAnswers answers, PromptsAhead prompts, WorkspaceState workspace, Session session, AcceptHistory history, ServerServices services)
{
    /// <summary>
    /// The suggestions, or null where the question was not answered: no model, the document is not open, out of sync or of another
    /// version than the client means, the request was superseded by a newer one, or the document has changed meanwhile. Takes the
    /// document's text before it first awaits.
    /// </summary>
    /// <param name="slot">Of the document, the requests that supersede each other.</param>
    /// <param name="begun">Gets the text and the cursor of a request that can be answered.</param>
    /// <exception cref="RequestFailedException">The position does not exist.</exception>
    /// <exception cref="OperationCanceledException">The client cancelled the request.</exception>
    public async Task<FreshSuggestions?> FindAsync(
        AskedPlace asked, InlineTrigger trigger, Func<OpenDocument, LatestOnly> slot, Action<TextSnapshot, int>? begun, CancellationToken cancellation)
    {
        if (documents.FindReadable(asked.Uri) is not { } document)
        {
            services.Log(LogLevel.Debug, "A suggestion was asked for in a document that is not open, or must not be read.");
            return null;
        }
        var wanted = slot(document).Next();
        if (document.Snapshot is not { } snapshot || (asked.Version is { } version && version != snapshot.Version)) return null;
        var position = session.Encoding.Existing(snapshot, asked.Position);
        begun?.Invoke(snapshot, snapshot.OffsetOf(position));
        prompts.UserIsAt(snapshot, snapshot.OffsetOf(position));
        var selected = SelectedEntry.Read(asked.Selected, snapshot, position, session.Encoding);
        if (asked.Selected is not null && selected is null) return null;
        if (trigger == InlineTrigger.Automatic && !session.Settings.Inline.EnabledFor(snapshot.LanguageId)) return new([], snapshot);
        var request = new InlineRequest(
            snapshot, position, trigger, session.Settings.Inline.ToOptions(), selected, Indentation(asked.Formatting), history.Habits(snapshot.LanguageId),
            Project: workspace.ProjectFor(session.Settings));

        // What ends the wait: the client's cancellation, a newer request, a change.
        using var byClient = cancellation.Register(wanted.Cancel);
        try
        {
            var suggestions = await answers.AnswerAsync(request, wanted.Token).ConfigureAwait(false);
            if (suggestions is null || document.Snapshot != snapshot) return null;
            if (suggestions is [var best, ..]) document.LastSuggestion = best;
            return new(suggestions, snapshot);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    // Numbers that no editor means are as good as none.
    static Indentation? Indentation(FormattingOptions? options) =>
        options is { TabSize: >= 1 and <= 16 } ? new(!options.InsertSpaces, options.TabSize) : null;
}
