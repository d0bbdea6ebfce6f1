using System.Text.Json;

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

/// <param name="TextDocument">With the version of the text that is asked about, where the client says it.</param>
/// <param name="FormattingOptions">How the editor indents this document, where the client says it. Neither is of the LSP.</param>
public sealed record InlineCompletionParams(
    VersionedTextDocumentIdentifier TextDocument, Position Position, InlineCompletionContext? Context = null, FormattingOptions? FormattingOptions = null);

/// <param name="TabSize">Columns of a level of indentation.</param>
public sealed record FormattingOptions(int TabSize = 4, bool InsertSpaces = true);

/// <param name="InsertText">Replaces the text of <paramref name="Range"/>.</param>
/// <param name="Range">Within one line, the cursor in it or at its ends.</param>
/// <param name="FilterText">Begins with the text that is replaced; null: the inserted text does so.</param>
/// <param name="Command">Run by the client when the user accepts the item.</param>
public sealed record InlineCompletionItem(string InsertText, Range Range, string? FilterText = null, Command? Command = null);

public sealed record InlineCompletionList(IReadOnlyList<InlineCompletionItem> Items)
{
    public static InlineCompletionList Empty { get; } = new([]);
}

/// <summary>The client shows an item, or the user took a part of it.</summary>
/// <param name="Item">As the client kept it; nothing about it is sure.</param>
/// <param name="AcceptedLength">Of the text that is inserted, UTF-16 code units from its start.</param>
public sealed record InlineItemParams(JsonElement Item = default, JsonElement AcceptedLength = default);
