namespace CoderLsp.Protocol.Messages;

/// <summary>Why suggestions are asked for. Clients of before LSP 3.18 was final count from 0, so that 1 may mean either.</summary>
public enum InlineCompletionTriggerKind
{
    InvokedOld = 0,
    Invoked = 1,
    Automatic = 2,
}

/// <param name="Text">Text of the entry that is selected in the client's completion menu.</param>
/// <param name="Range">What accepting that entry would replace.</param>
public sealed record SelectedCompletionInfo(Range Range, string Text);

public sealed record InlineCompletionContext(
    InlineCompletionTriggerKind TriggerKind = InlineCompletionTriggerKind.Automatic, SelectedCompletionInfo? SelectedCompletionInfo = null);

public sealed record InlineCompletionParams(TextDocumentIdentifier TextDocument, Position Position, InlineCompletionContext? Context = null);

/// <param name="InsertText">Replaces the text of <paramref name="Range"/>.</param>
/// <param name="Range">Within one line, the cursor in it or at its ends.</param>
public sealed record InlineCompletionItem(string InsertText, Range Range);

public sealed record InlineCompletionList(IReadOnlyList<InlineCompletionItem> Items)
{
    public static InlineCompletionList Empty { get; } = new([]);
}
