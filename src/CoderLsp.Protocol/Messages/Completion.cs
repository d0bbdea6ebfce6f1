namespace CoderLsp.Protocol.Messages;

public sealed record CompletionOptions(bool ResolveProvider);

public enum CompletionTriggerKind
{
    Invoked = 1,
    TriggerCharacter = 2,
    TriggerForIncompleteCompletions = 3,
}

public sealed record CompletionContext(CompletionTriggerKind TriggerKind = CompletionTriggerKind.Invoked);

public sealed record CompletionParams(TextDocumentIdentifier TextDocument, Position Position, CompletionContext? Context = null);

public enum CompletionItemKind
{
    Text = 1,
    Snippet = 15,
}

public enum InsertTextFormat
{
    PlainText = 1,
    Snippet = 2,
}

public enum InsertTextMode
{
    AsIs = 1,
    AdjustIndentation = 2,
}

public sealed record CompletionItem(
    string Label,
    CompletionItemLabelDetails LabelDetails,
    CompletionItemKind Kind,
    string Detail,
    MarkupContent Documentation,
    string SortText,
    string FilterText,
    InsertTextFormat InsertTextFormat,
    InsertTextMode InsertTextMode,
    TextEdit TextEdit);

/// <param name="Description">Shown beside the label, dimmed.</param>
public sealed record CompletionItemLabelDetails(string Description);

/// <param name="Kind"><c>plaintext</c> or <c>markdown</c>.</param>
public sealed record MarkupContent(string Kind, string Value);

/// <param name="IsIncomplete">Typing on asks again.</param>
public sealed record CompletionList(bool IsIncomplete, IReadOnlyList<CompletionItem> Items)
{
    public static CompletionList Empty { get; } = new(true, []);
}
