using System.Text;
using CoderLsp.Completion.Chat;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Actions.Instructions;

/// <summary>The words of a prompt. Each part but the last ends with an empty line; lines end with LF, as in the models' training text.</summary>
sealed class PromptText(ActionRequest request, TextRange range)
{
    const string Mark = "<SELECTED CODE>";
    const int LongestQuote = 100;

    readonly TextSnapshot _snapshot = request.Snapshot;
    readonly CodeLanguage _language = CodeLanguage.Of(request.Snapshot.LanguageId);
    readonly string _file = DocumentName.Of(request.Snapshot);

    public string SelectedText { get; } = Lines.ToLf(
        request.Snapshot.Slice(request.Snapshot.OffsetOf(range.Start), request.Snapshot.OffsetOf(range.End)).ToString());

    public static string Related(RelatedFile other) =>
        $"{(other.Lines is null ? "Related file" : "Defined in")} {Lines.Join(other.Path)}:\n{CodeFence.Around(Lines.ToLf(other.Text), CodeLanguage.Of(LanguageIds.OfFile(other.Path)).Tag)}\n";

    public string Around(string before, string after) =>
        $"The file {Named()}, with {Mark} in the place of the selected code:\n{CodeFence.Around(before + Mark + after, _language.Tag)}\n";

    /// <param name="headers">Lines of the document, in any order.</param>
    public string Outline(IReadOnlyList<int> headers)
    {
        var text = new StringBuilder();
        foreach (var line in headers.Order())
            text.Append(_snapshot.Line(line).TrimEnd().TrimEnd('{').TrimEnd()).Append('\n');
        return $"Also in {_file}:\n{CodeFence.Around(text.ToString(), _language.Tag)}\n";
    }

    public string Selection() => $"The selected code in {Named()}:\n{CodeFence.Around(SelectedText, _language.Tag)}\n";

    public string Problems(IReadOnlyList<CodeDiagnostic> problems)
    {
        var text = new StringBuilder("Reported problems:\n");
        foreach (var problem in problems)
        {
            // By its line's text: small models cannot count lines.
            var line = _snapshot.Line(problem.Range.Start.Line).Trim().ToString();
            text.Append("- ").Append(SeverityOf(problem)).Append(problem.Code is { Length: > 0 } code ? " " + Lines.Join(code) : "");
            if (line.Length > 0) text.Append(" at `").Append(Lines.Cut(line, LongestQuote)).Append('`');
            text.Append(": ").Append(Lines.Join(problem.Message)).Append('\n');
        }
        return text.Append('\n').ToString();
    }

    public string Instruction()
    {
        var instruction = Lines.ToLf((request.Instruction ?? request.Action.Instruction ?? "").Trim());
        var block = CodeFence.For(SelectedText) + _language.Tag;
        return request.Action.Output switch
        {
            ActionOutput.Explanation => $"{instruction}\nAnswer in Markdown.",
            ActionOutput.NewDocument => $"{instruction}\nAnswer with one {block} code block that holds the whole new file, nothing else.",
            _ => $"{instruction}\nAnswer with one {block} code block that replaces the selected code, nothing else.",
        };
    }

    string Named() => _language.Name.Length == 0 ? _file : $"{_file} ({_language.Name})";

    static string SeverityOf(CodeDiagnostic problem) => problem.Severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        _ => "note",
    };
}
