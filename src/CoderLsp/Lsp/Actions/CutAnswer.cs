using Markdig;
using Markdig.Syntax;

namespace CoderLsp.Lsp.Actions;

/// <summary>What stands behind an answer in Markdown that its limit cut off.</summary>
static class CutAnswer
{
    public static string Mark(string answer) => $"{ClosingFence(answer)}\n\n*The answer was cut off at its limit; chat.maxTokens raises it.*\n";

    // A block of code that was cut must end before. In a list only a fence of its indentation does that, any other would open a block.
    static string ClosingFence(string answer)
    {
        Block last;
        try
        {
            last = Markdown.Parse(answer);
        }
        catch (ArgumentException)
        {
            return ""; // it nests more deeply than the parser goes
        }

        // A quote ends by the empty line, and what is within it too.
        while (last is ContainerBlock { LastChild: { } child } and not QuoteBlock) last = child;
        return last is FencedCodeBlock { ClosingFencedCharCount: 0 } block
            ? $"\n{new string(' ', block.Column)}{new string(block.FencedChar, block.OpeningFencedCharCount)}" : "";
    }
}
