using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Lsp.Documents;
using CoderLsp.Protocol.Messages;

namespace CoderLsp.Lsp.Inline;

/// <summary>
/// <c>textDocument/completion</c>: the same suggestion as an entry of the popup, for editors without inline completion. It is
/// sorted last and not preselected, so that it never takes the place of what a language's own server offers.
/// </summary>
sealed class CompletionHandler(Suggestions suggestions, DocumentStore documents, Session session)
{
    const int LongestLabel = 80;
    const string LastInOrder = "\uffff";

    Place? _empty;

    public async Task<CompletionList> HandleAsync(CompletionParams asked, CancellationToken cancellation)
    {
        // Editors say "invoked" also while the user types, so that a popup counts as automatic. But who asks again where there was nothing
        // to show, and has typed nothing since, has pressed a key for it.
        var uri = asked.TextDocument.Uri;
        var place = new Place(uri, documents.Find(uri)?.Snapshot?.Version, asked.Position);
        var trigger = place == _empty ? InlineTrigger.Invoked : InlineTrigger.Automatic;
        var found = await suggestions.FindAsync(new(uri, asked.Position), trigger, document => document.Popup, begun: null, cancellation)
            .ConfigureAwait(false);
        if (found is not var (items, snapshot)) return CompletionList.Empty;
        if (items.Count == 0) _empty = place;
        return new(true, [.. items.Select(item => ItemOf(item, snapshot))]);
    }

    CompletionItem ItemOf(InlineSuggestion suggestion, TextSnapshot snapshot)
    {
        // The word left of the cursor is part of the edit: editors filter entries by it.
        var cursor = suggestion.Range.Start;
        var line = snapshot.Line(cursor.Line);
        var wordStart = cursor.Character;
        while (wordStart > 0 && IsOfWord(line[wordStart - 1])) wordStart--;
        var newText = string.Concat(line[wordStart..cursor.Character], suggestion.Text);
        var range = session.Encoding.Write(snapshot, new TextRange(cursor with { Character = wordStart }, suggestion.Range.End));
        return new(
            Label: LabelOf(newText),
            LabelDetails: new(Description: "CoderLsp"),
            Kind: CompletionItemKind.Snippet,
            Detail: $"CoderLsp suggestion ({suggestion.Model})",
            Documentation: new("plaintext", newText),
            SortText: LastInOrder,
            FilterText: FirstLine(newText).Trim().ToString(),
            InsertTextFormat: InsertTextFormat.PlainText,
            InsertTextMode: InsertTextMode.AsIs,
            TextEdit: new(range, newText));
    }

    static bool IsOfWord(char character) => char.IsLetterOrDigit(character) || character is '_' or '$';

    static string LabelOf(string text)
    {
        var whole = text.AsSpan().Trim();
        var first = FirstLine(whole).TrimEnd();
        var cut = first.Length > LongestLabel;
        if (cut) first = first[..(char.IsHighSurrogate(first[LongestLabel - 1]) ? LongestLabel - 1 : LongestLabel)];
        return cut || first.Length < whole.Length ? $"{first} …" : first.ToString();
    }

    static ReadOnlySpan<char> FirstLine(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        return text.IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end] : text;
    }

    sealed record Place(string Uri, int? Version, Position At);
}
