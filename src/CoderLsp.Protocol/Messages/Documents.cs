using System.Text.Json.Serialization;

namespace CoderLsp.Protocol.Messages;

public sealed record TextDocumentItem(
    string Uri, string LanguageId, int Version, [property: JsonConverter(typeof(DocumentTextConverter))] string Text);

public sealed record DidOpenTextDocumentParams(TextDocumentItem TextDocument);

public sealed record DidChangeTextDocumentParams(
    VersionedTextDocumentIdentifier TextDocument, IReadOnlyList<TextDocumentContentChangeEvent> ContentChanges);

/// <param name="Range">What is replaced; null: the whole document.</param>
public sealed record TextDocumentContentChangeEvent(
    [property: JsonConverter(typeof(DocumentTextConverter))] string Text, Range? Range = null);

public sealed record DidCloseTextDocumentParams(TextDocumentIdentifier TextDocument);

/// <summary>Params of <c>textDocument/didFocus</c>, which is not of the LSP: the document came to the front, or its cursor went elsewhere.</summary>
/// <param name="Position">The cursor; null where the client does not say it.</param>
public sealed record DidFocusTextDocumentParams(TextDocumentIdentifier TextDocument, Position? Position = null);

/// <param name="Text">The document as it was saved, where the server asked for it.</param>
public sealed record DidSaveTextDocumentParams(
    TextDocumentIdentifier TextDocument, [property: JsonConverter(typeof(DocumentTextConverter))] string? Text = null);

public enum TextDocumentSyncKind
{
    None = 0,
    Full = 1,
    Incremental = 2,
}

public sealed record TextDocumentSyncOptions(bool OpenClose, TextDocumentSyncKind Change, SaveOptions Save);

public sealed record SaveOptions(bool IncludeText);
