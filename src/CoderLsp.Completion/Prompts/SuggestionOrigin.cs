using System.Globalization;
using System.Text;
using CoderLsp.Completion.Actions.Instructions;
using CoderLsp.Completion.Chat;

namespace CoderLsp.Completion.Prompts;

/// <summary>What a suggestion was made of.</summary>
/// <param name="Parts">Of the prompt.</param>
/// <param name="Recalled">Whether what followed the same words elsewhere was mixed into the model's probabilities.</param>
public sealed record SuggestionOrigin(IReadOnlyList<PromptPart> Parts, bool Recalled)
{
    /// <summary>Why the suggestion came about, in Markdown for people.</summary>
    /// <param name="text">The suggestion.</param>
    /// <param name="confidence">exp(mean token log-probability), 0 to 1.</param>
    public string ToMarkdown(string text, string languageId, string model, double confidence)
    {
        var page = new StringBuilder($"# Why this suggestion\n\n{CodeFence.Around(Lines.ToLf(text), CodeLanguage.Of(languageId).Tag)}\n");
        page.Append(CultureInfo.InvariantCulture,
            $"`{Plain(model)}` is {100 * confidence:F0}% sure of each token. It was shown {Parts.Sum(part => part.Tokens)} tokens, in this order:\n\n");
        page.Append("| part | tokens | from | why |\n|---|---:|---|---|\n");
        foreach (var part in Parts)
        {
            var (from, why) = part.Source is { } source
                ? ($"`{Plain(source.Path)}`:{source.FirstLine}-{source.LastLine}", source.Reason) : ("this document", WhyOwn(part.Name));
            page.Append(CultureInfo.InvariantCulture, $"| {part.Name} | {part.Tokens} | {from} | {why} |\n");
        }
        if (Recalled)
            page.Append("\nWhat followed the same words in this document and in the project's other files was mixed into the model's probabilities.\n");
        return page.ToString();
    }

    static string WhyOwn(string part) => part switch
    {
        "begin" => "begins every prompt",
        "path" => "its name",
        "prefix" => "before the place where typing began",
        "suffix" => "behind the cursor",
        _ => "from there to the cursor",
    };

    /// <summary>A name in a cell of a table, between backticks.</summary>
    static string Plain(string name) => new([.. name.Select(c => char.IsControl(c) || c is '|' or '`' ? '?' : c)]);
}
