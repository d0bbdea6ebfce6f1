using Spectre.Console;

namespace CoderLsp.Commands.Terminal;

/// <summary>A unified diff in the usual colours.</summary>
static class DiffView
{
    public static IEnumerable<Paragraph> Of(string diff)
    {
        // The names stand above the first hunk; a removed line may begin like one of them.
        var inHunk = false;
        foreach (var line in diff.TrimEnd('\n').Split('\n'))
        {
            inHunk |= line.StartsWith("@@", StringComparison.Ordinal);
            var style = !inHunk ? new Style(decoration: Decoration.Bold)
                : line[0] switch { '+' => new(Color.Green), '-' => new(Color.Maroon), '@' => new(Color.Teal), _ => Style.Plain };
            // The sign is no part of the text, whose tabs count from its own beginning.
            yield return new($"{line[0]}{TerminalText.Clean(line[1..])}", style);
        }
    }
}
