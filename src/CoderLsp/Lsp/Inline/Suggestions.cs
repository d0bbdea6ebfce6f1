using System.Diagnostics;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Lsp.Documents;
using CoderLsp.Lsp.Status;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;
using Microsoft.Extensions.Logging;
using Range = CoderLsp.Protocol.Messages.Range;

namespace CoderLsp.Lsp.Inline;

/// <summary>A suggestion and the text that it was made for.</summary>
readonly record struct FreshSuggestion(InlineSuggestion Suggestion, TextSnapshot Snapshot);

/// <summary>From a position that a client asks about to a suggestion that still fits when it comes.</summary>
sealed class Suggestions(DocumentStore documents, ModelHost models, Session session, ServerStatus status, ServerServices services)
{
    /// <summary>
    /// The suggestion, or null for none: nothing worth showing, no model, the document is not open or out of sync, the request was
    /// superseded by a newer one, or the document has changed meanwhile. Takes the document's text before it first awaits.
    /// </summary>
    /// <param name="slot">Of the document, the requests that supersede each other.</param>
    /// <exception cref="RequestFailedException">The position does not exist.</exception>
    /// <exception cref="OperationCanceledException">The client cancelled the request.</exception>
    public async Task<FreshSuggestion?> FindAsync(
        string uri, Position position, InlineTrigger trigger, SelectedCompletionInfo? selected, Func<OpenDocument, LatestOnly> slot,
        CancellationToken cancellation)
    {
        if (documents.FindReadable(uri) is not { } document)
        {
            services.Log(LogLevel.Debug, "A suggestion was asked for in a document that is not open, or must not be read.");
            return null;
        }
        var wanted = slot(document).Next();
        if (document.Snapshot is not { } snapshot) return null;
        var request = new InlineRequest(
            snapshot, session.Encoding.Existing(snapshot, position), trigger, session.Settings.Inline.ToOptions(), Selected(snapshot, selected));
        if (trigger == InlineTrigger.Automatic && !session.Settings.Inline.EnabledFor(snapshot.LanguageId)) return null;

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
            var suggestion = await Task.Run(() => model.Model.Completer.CompleteAsync(request, wanted.Token), wanted.Token)
                .WaitAsync(wanted.Token).ConfigureAwait(false);
            status.Pace.Add(Stopwatch.GetElapsedTime(began), cameTooLate: false);
            return suggestion is not null && document.Snapshot == snapshot ? new(suggestion, snapshot) : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            if (loaded) status.Pace.Add(Stopwatch.GetElapsedTime(began), cameTooLate: true);
            return null;
        }
    }

    SelectedItem? Selected(TextSnapshot snapshot, SelectedCompletionInfo? selected)
    {
        if (selected is null) return null;
        var range = session.Encoding.Read(snapshot, selected.Range);
        if (snapshot.TryOffsetOf(range.Start, out _) && snapshot.TryOffsetOf(range.End, out _) && range.Start <= range.End)
            return new(range, selected.Text);
        throw new RequestFailedException(ErrorCode.InvalidParams, "The range of selectedCompletionInfo is outside of the document.");
    }
}
