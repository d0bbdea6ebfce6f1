using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Protocol.Messages;

namespace CoderLsp.Lsp.Documents;

/// <summary>A document that the client has open. Changed on the connection's queue only, read from anywhere.</summary>
sealed class OpenDocument
{
    volatile TextSnapshot? _snapshot;

    // Of the last text that was known: whoever heals the document does not say it again.
    string? _languageId;

    /// <summary>The newest text; null while it is not known what the client has (out of sync).</summary>
    public TextSnapshot? Snapshot
    {
        get => _snapshot;
        set
        {
            _snapshot = value;
            _languageId = value?.LanguageId ?? _languageId;
            Reported = [];
            // What is waited for was asked for another text.
            Inline.Cancel();
            Popup.Cancel();
        }
    }

    /// <summary>Whether it must not be given to a model, and the rules by which that was found; null while nobody has looked.</summary>
    public Secrecy? Secrecy { get; set; }

    /// <summary>What compilers and the like say about this text, as of when actions were last asked for.</summary>
    public IReadOnlyList<CodeDiagnostic> Reported { get; set; } = [];

    /// <summary>The suggestion that was made for it last.</summary>
    public InlineSuggestion? LastSuggestion { get; set; }

    /// <summary>The inline suggestion that is wanted now.</summary>
    public LatestOnly Inline { get; } = new();

    /// <summary>The completion popup that is wanted now.</summary>
    public LatestOnly Popup { get; } = new();

    /// <summary>Applies what <c>didChange</c> brought. False when it cannot be applied, or could not be earlier: then the text is unknown.</summary>
    public bool TryChange(string uri, int? version, IReadOnlyList<TextDocumentContentChangeEvent> changes, PositionEncoding encoding)
    {
        var text = _snapshot;
        var number = version ?? (text?.Version ?? 0) + 1;
        if (number < text?.Version) text = null;
        foreach (var change in changes)
        {
            if (change.Range is not { } range)
                text = text?.WithText(change.Text, number) ?? Anew(uri, number, change.Text);
            else if (text is not null)
                text = Replace(text, encoding.Read(text, range), change.Text, number);
        }
        Snapshot = text;
        return text is not null;
    }

    /// <summary>A text that has nothing to do with the one before, of which only the language stays.</summary>
    public TextSnapshot Anew(string uri, int version, string text) => new(uri, _languageId ?? LanguageIds.OfFile(uri), version, text);

    static TextSnapshot? Replace(TextSnapshot text, TextRange range, string newText, int version)
    {
        // Many clients write the end of the document as the start of the line behind the last.
        var end = range.End == new TextPosition(text.LineCount, 0) ? text.PositionOf(text.Length) : range.End;
        var start = range.Start == new TextPosition(text.LineCount, 0) ? text.PositionOf(text.Length) : range.Start;
        return text.TryOffsetOf(start, out _) && text.TryOffsetOf(end, out _) && start <= end
            ? text.WithChange(new(start, end), newText, version) : null;
    }
}
