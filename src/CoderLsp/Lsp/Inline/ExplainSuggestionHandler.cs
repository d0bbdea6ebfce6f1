using CoderLsp.Completion.Prompts;
using CoderLsp.Lsp.Documents;
using CoderLsp.Protocol.Messages;

namespace CoderLsp.Lsp.Inline;

/// <summary><c>coderlsp/explainSuggestion</c>: what the last suggestion in a document was made of.</summary>
sealed class ExplainSuggestionHandler(DocumentStore documents)
{
    /// <summary>Null: there was none yet, or the document must not be given to a model.</summary>
    public ExplainSuggestionResult? Handle(ExplainSuggestionParams asked)
    {
        if (documents.FindReadable(asked.TextDocument.Uri) is not { LastSuggestion: { Origin: { } origin } suggestion } document) return null;
        var markdown = origin.ToMarkdown(suggestion.Text, document.Snapshot?.LanguageId ?? "", suggestion.Model, suggestion.Confidence);
        return new(markdown, suggestion.Text, suggestion.Model, Math.Round(suggestion.Confidence, 4), [.. origin.Parts.Select(PieceOf)]);
    }

    static PromptPiece PieceOf(PromptPart part) =>
        new(part.Name, part.Tokens, part.Source?.Path, part.Source?.FirstLine, part.Source?.LastLine, part.Source?.Reason);
}
