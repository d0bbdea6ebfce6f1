using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Protocol.Messages;

namespace CoderLsp.Lsp.Inline;

/// <summary><c>textDocument/inlineCompletion</c>. The reply is never null and never a bare array: some clients fail at both.</summary>
sealed class InlineCompletionHandler(Suggestions suggestions, Session session, Offers offers)
{
    // Clients of before LSP 3.18 was final count the kinds from 0. Who has sent a 0 means "automatic" by 1.
    volatile bool _countsFromZero;

    public async Task<InlineCompletionList> HandleAsync(InlineCompletionParams asked, CancellationToken cancellation)
    {
        var context = asked.Context ?? new InlineCompletionContext();
        var trigger = TriggerOf(context.TriggerKind);
        var place = new AskedPlace(
            asked.TextDocument.Uri, asked.Position, asked.TextDocument.Version, context.SelectedCompletionInfo, asked.FormattingOptions);
        var found = await suggestions.FindAsync(place, trigger, document => document.Inline, offers.Supersede, cancellation).ConfigureAwait(false);
        if (found is not ({ Count: > 0 } items, var snapshot)) return InlineCompletionList.Empty;
        var ids = offers.Add(snapshot, items, trigger);
        return new([.. items.Zip(ids, (item, id) => ItemOf(item, id, snapshot))]);
    }

    InlineCompletionItem ItemOf(InlineSuggestion suggestion, string id, TextSnapshot snapshot) => new(
        session.Client.WantsLineFeeds ? suggestion.Text.ReplaceLineEndings("\n") : suggestion.Text,
        session.Encoding.Write(snapshot, suggestion.Range),
        SelectedEntry.FilterText(snapshot, suggestion),
        AcceptedCommand.For(id));

    InlineTrigger TriggerOf(InlineCompletionTriggerKind kind)
    {
        if (kind == InlineCompletionTriggerKind.InvokedOld) _countsFromZero = true;
        return kind == InlineCompletionTriggerKind.InvokedOld || (kind == InlineCompletionTriggerKind.Invoked && !_countsFromZero)
            ? InlineTrigger.Invoked : InlineTrigger.Automatic;
    }
}
