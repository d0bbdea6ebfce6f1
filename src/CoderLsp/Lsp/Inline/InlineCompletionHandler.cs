using CoderLsp.Completion.Inline;
using CoderLsp.Protocol.Messages;

namespace CoderLsp.Lsp.Inline;

/// <summary><c>textDocument/inlineCompletion</c>. The reply is never null and never a bare array: some clients fail at both.</summary>
sealed class InlineCompletionHandler(Suggestions suggestions, Session session)
{
    // Clients of before LSP 3.18 was final count the kinds from 0. Who has sent a 0 means "automatic" by 1.
    volatile bool _countsFromZero;

    public async Task<InlineCompletionList> HandleAsync(InlineCompletionParams asked, CancellationToken cancellation)
    {
        var context = asked.Context ?? new InlineCompletionContext();
        var found = await suggestions.FindAsync(
            asked.TextDocument.Uri, asked.Position, TriggerOf(context.TriggerKind), context.SelectedCompletionInfo, document => document.Inline,
            cancellation).ConfigureAwait(false);
        if (found is not var (suggestion, snapshot)) return InlineCompletionList.Empty;
        var text = session.Client.WantsLineFeeds ? suggestion.Text.ReplaceLineEndings("\n") : suggestion.Text;
        return new([new(text, session.Encoding.Write(snapshot, suggestion.Range))]);
    }

    InlineTrigger TriggerOf(InlineCompletionTriggerKind kind)
    {
        if (kind == InlineCompletionTriggerKind.InvokedOld) _countsFromZero = true;
        return kind == InlineCompletionTriggerKind.InvokedOld || (kind == InlineCompletionTriggerKind.Invoked && !_countsFromZero)
            ? InlineTrigger.Invoked : InlineTrigger.Automatic;
    }
}
