using System.Text.RegularExpressions;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Lsp.Documents;
using CoderLsp.Protocol.Messages;
using CoderLsp.Protocol.Rpc;

namespace CoderLsp.Lsp.Inline;

/// <summary>The entry that is selected in the client's completion menu (<c>selectedCompletionInfo</c>), which suggestions then extend.</summary>
static partial class SelectedEntry
{
    // Where $1 is code, or text that means itself.
    static readonly HashSet<string> DollarLanguages = ["shellscript", "perl", "perl6", "raku", "php", "powershell", "makefile", "awk", "ruby", "tcl", "sql", "dockerfile"];

    /// <summary>The entry; null where there is none, and where nothing can be suggested that extends it.</summary>
    /// <exception cref="RequestFailedException">The range does not exist.</exception>
    public static SelectedItem? Read(SelectedCompletionInfo? selected, TextSnapshot snapshot, TextPosition cursor, PositionEncoding encoding)
    {
        if (selected is null) return null;
        var range = encoding.Read(snapshot, selected.Range);
        if (!snapshot.TryOffsetOf(range.Start, out var start) || !snapshot.TryOffsetOf(range.End, out var end) || start > end)
            throw new RequestFailedException(ErrorCode.InvalidParams, "The range of selectedCompletionInfo is outside of the document.");
        range = new(snapshot.PositionOf(start), snapshot.PositionOf(end));
        // An item's range lies within one line, with the cursor in it; and its text is inserted as it stands, tab stops and all.
        var suits = range.Start.Line == range.End.Line && range.Start <= cursor && cursor <= range.End
            && (DollarLanguages.Contains(snapshot.LanguageId) || !TabStop().IsMatch(selected.Text));
        return suits ? new(range, selected.Text) : null;
    }

    /// <summary>What editors compare with the text that is replaced; null where the inserted text itself begins with it.</summary>
    public static string? FilterText(TextSnapshot snapshot, InlineSuggestion suggestion)
    {
        var replaced = snapshot.Slice(snapshot.OffsetOf(suggestion.Range.Start), snapshot.OffsetOf(suggestion.Range.End));
        return suggestion.Text.AsSpan().StartsWith(replaced) ? null : string.Concat(replaced, suggestion.Text);
    }

    /// <summary><c>$0</c>, <c>$1</c>, <c>${1}</c>, <c>${2:name}</c>, <c>${3|a,b|}</c>, but not <c>\$1</c>.</summary>
    [GeneratedRegex(@"(?<!\\)\$(\d|\{\d+[:|}/])")]
    private static partial Regex TabStop();
}
