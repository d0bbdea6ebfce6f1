using System.Collections.Concurrent;
using System.Text.Json;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;
using CoderLsp.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Lsp.Documents;

/// <summary>The documents that the client has open, kept as the client has them.</summary>
/// <remarks>
/// A change that cannot be applied leaves a document out of sync: it gets no suggestions, the user is told once, and the next
/// change of the whole text, or opening it again, makes it whole.
/// </remarks>
sealed class DocumentStore(Func<PositionEncoding> encoding, ClientNotices notices) : IOpenDocuments
{
    SecretRules _secrets = new(_ => false);
    readonly ConcurrentDictionary<string, OpenDocument> _documents = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, OpenDocument> _byPath =
        new(OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

    /// <summary>The document, or null when the client has not opened it.</summary>
    public OpenDocument? Find(string uri) => _documents.GetValueOrDefault(uri);

    /// <summary>What must not be given to a model. A new object means that all documents are asked about again.</summary>
    public SecretRules Secrets { get => Volatile.Read(ref _secrets); set => Volatile.Write(ref _secrets, value); }

    /// <summary>The document, unless it must not be given to a model.</summary>
    public OpenDocument? FindReadable(string uri)
    {
        if (Find(uri) is not { } document) return null;
        // Once for a document: to find out means to follow links on a disk. It holds for the rules that it was found by, which may have
        // been replaced while it was looked for.
        var rules = Secrets;
        if (document.Secrecy is not { } known || known.Rules != rules) document.Secrecy = known = new(rules, rules.IsSecret(uri));
        return known.IsSecret ? null : document;
    }

    TextSnapshot? IOpenDocuments.Find(string path) => _byPath.GetValueOrDefault(path)?.Snapshot;

    IEnumerable<string> IOpenDocuments.Paths => _byPath.Keys;

    /// <summary>Raised for a document that was closed.</summary>
    public event Action<string>? Closed;

    /// <summary>Raised for a document that has another text; null: it is not known, or there is none any more.</summary>
    public event Action<string, TextSnapshot?>? Changed;

    public void Open(DidOpenTextDocumentParams opened)
    {
        var item = opened.TextDocument;
        Set(item.Uri, new TextSnapshot(item.Uri, LanguageIds.OfClient(item.LanguageId), item.Version, item.Text));
    }

    public void Change(DidChangeTextDocumentParams changed)
    {
        var (uri, version) = changed.TextDocument;
        var document = GetOrAdd(uri);
        var wasInSync = document.Snapshot is not null;
        if (!document.TryChange(uri, version, changed.ContentChanges, encoding())) TellOutOfSync(uri);
        else if (!wasInSync) notices.Forget(Topic(uri));
        Changed?.Invoke(uri, document.Snapshot);
    }

    /// <summary>Takes the text where the client sends it along, though it is not asked to.</summary>
    public void Save(DidSaveTextDocumentParams saved)
    {
        var uri = saved.TextDocument.Uri;
        if (saved.Text is { } text && Find(uri) is { Snapshot: null } document) Set(uri, document.Anew(uri, 0, text));
    }

    public void Close(DidCloseTextDocumentParams closed)
    {
        var uri = closed.TextDocument.Uri;
        if (_documents.TryRemove(uri, out var document))
        {
            document.Snapshot = null;
            // Only its own: two URIs may name the same file.
            if (DocumentUri.ToPath(uri) is { } path) _byPath.TryRemove(new(path, document));
        }
        notices.Forget(Topic(uri));
        Changed?.Invoke(uri, null);
        Closed?.Invoke(uri);
    }

    /// <summary>A message about a document could not be read, so that nobody knows what is in it now.</summary>
    public void Lost(JsonElement parameters)
    {
        if (parameters.ValueKind != JsonValueKind.Object || !parameters.TryGetProperty("textDocument", out var document)
            || document.ValueKind != JsonValueKind.Object || !document.TryGetProperty("uri", out var name)
            || JsonText.Of(name) is not { } uri) return;
        GetOrAdd(uri).Snapshot = null;
        TellOutOfSync(uri);
        Changed?.Invoke(uri, null);
    }

    OpenDocument GetOrAdd(string uri)
    {
        if (Find(uri) is { } known) return known;
        var document = _documents[uri] = new();
        if (DocumentUri.ToPath(uri) is { } path) _byPath[path] = document;
        return document;
    }

    void Set(string uri, TextSnapshot snapshot)
    {
        GetOrAdd(uri).Snapshot = snapshot;
        notices.Forget(Topic(uri));
        Changed?.Invoke(uri, snapshot);
    }

    // The name of the file is no secret to the user; it goes to the client, the log gets none.
    void TellOutOfSync(string uri) => notices.ShowOnce(Topic(uri), MessageType.Warning,
        $"CoderLsp has lost track of {FileName(uri)} and makes no suggestions there: the editor sent a change that cannot be applied. "
        + "Close and open the file to go on.",
        LogLevel.Warning, "A change could not be applied: the document is out of sync until its whole text comes.");

    static string Topic(string uri) => "out of sync: " + uri;

    static string FileName(string uri) => Uri.UnescapeDataString(uri[(uri.LastIndexOf('/') + 1)..]);
}
