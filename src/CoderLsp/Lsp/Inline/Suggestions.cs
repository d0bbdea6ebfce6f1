using System.Diagnostics;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Lsp.Documents;
using CoderLsp.Lsp.Status;
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
sealed class Suggestions(DocumentStore documents, ModelHost models, Session session, ServerStatus status, AcceptHistory history, ServerServices services)
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
        var selected = SelectedEntry.Read(asked.Selected, snapshot, position, session.Encoding);
        if (asked.Selected is not null && selected is null) return null;
        if (trigger == InlineTrigger.Automatic && !session.Settings.Inline.EnabledFor(snapshot.LanguageId)) return new([], snapshot);
        var request = new InlineRequest(
            snapshot, position, trigger, session.Settings.Inline.ToOptions(), selected, Indentation(asked.Formatting), history.Habits(snapshot.LanguageId));

        // Whatever ends the wait also ends the work: the client's cancellation, a newer request, a change, the end of the connection.
        using var byClient = cancellation.Register(wanted.Cancel);
        using var byEnd = session.Closing.Register(wanted.Cancel);
        var began = Stopwatch.GetTimestamp();
        var loaded = false;
        try
        {
            using var model = await models.LeaseCompletionAsync(wanted.Token).ConfigureAwait(false);
            if (model is null) return null;
            (began, loaded) = (Stopwatch.GetTimestamp(), true);
            using var working = status.Working();
            // Not on this thread, which the next message waits for; and not waited for once nobody wants the answer.
            var suggestions = await Task.Run(() => model.Model.Completer.CompleteAllAsync(request, wanted.Token), wanted.Token)
                .WaitAsync(wanted.Token).ConfigureAwait(false);
            // The time of several candidates says nothing about how long one takes.
            if (trigger == InlineTrigger.Automatic) status.Pace.Add(Stopwatch.GetElapsedTime(began), cameTooLate: false);
            return document.Snapshot == snapshot ? new(suggestions, snapshot) : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            if (loaded) status.Pace.Add(Stopwatch.GetElapsedTime(began), cameTooLate: true);
            return null;
        }
    }

    // Numbers that no editor means are as good as none.
    static Indentation? Indentation(FormattingOptions? options) =>
        options is { TabSize: >= 1 and <= 16 } ? new(!options.InsertSpaces, options.TabSize) : null;
}
