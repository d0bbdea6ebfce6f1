using CoderLsp.Completion.Actions.Selection;
using CoderLsp.Completion.Documents;
using Microsoft.Extensions.AI;

namespace CoderLsp.Completion.Actions.Instructions;

/// <summary>
/// Makes the messages of an action. What changes least comes first, so that a cache of computed tokens holds for the next action on
/// the file, and the instruction comes last, where small models heed it best. Parts are of worth in this order: instruction and
/// selection (never cut), problems, the lines around the selection, the outline of the file's rest, what other files have to do with it.
/// Deterministic. The prompt and the longest answer fit into the model's context together.
/// </summary>
public sealed class InstructionPromptBuilder(IChatModel model, ActionOptions options)
{
    /// <summary>Longest answer, so that at least half of the context is for the prompt.</summary>
    public int MaxAnswerTokens { get; } = Math.Max(1, Math.Min(options.MaxTokens, model.ContextTokens / 2));

    /// <exception cref="ActionFailedException">Nothing is selected, there is no instruction, or the selection is too large.</exception>
    public InstructionPrompt Build(ActionRequest request)
    {
        var range = RangeOf(request);
        var (system, systemTokens) = SystemText();
        var room = model.ContextTokens - MaxAnswerTokens - model.TemplateTokens - systemTokens;

        var writer = new PromptText(request, range);
        var selection = writer.Selection();
        var instruction = writer.Instruction();
        var needed = Count(selection + instruction);
        if (needed > room) throw ActionFailedException.SelectionTooLarge(needed, Math.Max(0, room), model.ContextTokens);
        if (request.Action.Output == ActionOutput.Edit && Count(writer.SelectedText) is var edited && edited > MaxAnswerTokens)
            throw ActionFailedException.EditTooLarge(edited, MaxAnswerTokens);

        // Tokens of parts do not add up to those of the whole with every tokeniser: where they are more, with less once again.
        for (var budget = Math.Min(room - needed, options.MaxContextTokens); ;)
        {
            var parts = Context(request, range, writer, Math.Max(0, budget), selection, instruction);
            var text = string.Concat(parts.Select(part => part.Text));
            var over = Count(text) - room;
            if (over > 0 && budget > 0)
            {
                budget -= over;
                continue;
            }
            List<InstructionPart> shown = [.. parts.Select(part => new InstructionPart(part.Name, part.Path, Count(part.Text))
            {
                FirstLine = part.Other?.Lines?.First, LastLine = part.Other?.Lines?.Last, Reason = part.Other?.Reason,
            })];
            if (system.Length == 0) return new([new(ChatRole.User, text)], shown, range);
            return new([new(ChatRole.System, system), new(ChatRole.User, text)], [new("system", null, systemTokens), .. shown], range);
        }
    }

    sealed record Part(string Name, string? Path, string Text, RelatedFile? Other = null);

    List<Part> Context(ActionRequest request, TextRange range, PromptText writer, int budget, string selection, string instruction)
    {
        var file = DocumentName.Of(request.Snapshot);
        var left = budget;
        var problems = Take(Fitting(NearestProblems.Of(request.Snapshot, range, request.Diagnostics), writer.Problems, left));

        // The neighbourhood first, but not all of the room when there is more to show. What is left over in the end is its.
        var around = new Surroundings(request.Snapshot, range, Count);
        var overhead = Count(writer.Around("", ""));
        var others = request.RelatedFiles.Count > 0;
        var (before, after) = around.Take(left - overhead);
        if (others || around.Outline(before, after).Count > 0) (before, after) = around.Take(left * (others ? 3 : 4) / 5 - overhead);
        var spent = Count(writer.Around(before, after));
        left -= spent;

        var outline = Take(Fitting(around.Outline(before, after), writer.Outline, Math.Min(left, budget / 8)));
        var related = new List<Part>();
        foreach (var other in request.RelatedFiles)
        {
            if (other.Text.Length > (long)left * Surroundings.MostCharactersPerToken) continue;
            var text = PromptText.Related(other);
            if (Count(text) <= left) related.Add(new(other.Lines is null ? "related" : "definition", other.Path, Take(text), other));
        }
        (before, after) = around.Take(spent - overhead + left);
        outline = Fitting(around.Outline(before, after), writer.Outline, Count(outline));

        List<Part> parts = [.. related];
        Add("file", file, before.Length + after.Length == 0 ? "" : writer.Around(before, after));
        Add("outline", file, outline);
        Add("selection", file, selection);
        Add("problems", null, problems);
        Add("instruction", null, instruction);
        return parts;

        string Take(string text)
        {
            left -= Count(text);
            return text;
        }

        void Add(string name, string? path, string text)
        {
            if (text.Length > 0) parts.Add(new(name, path, text));
        }
    }

    /// <summary>The first items, as many as fit when they are written together; empty when none does.</summary>
    string Fitting<T>(IReadOnlyList<T> items, Func<IReadOnlyList<T>, string> write, int budget)
    {
        var (fits, low, high) = ("", 0, items.Count);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            var text = write([.. items.Take(middle)]);
            if (Count(text) <= budget) (fits, low) = (text, middle);
            else high = middle - 1;
        }
        return fits;
    }

    (string Text, int Tokens) SystemText()
    {
        var text = options.SystemPrompt?.Trim() ?? "";
        return (text, text.Length == 0 ? 0 : Count(text));
    }

    static TextRange RangeOf(ActionRequest request)
    {
        var range = request.Action.Output == ActionOutput.Explanation
            ? SelectedLines.Exactly(request.Snapshot, request.Range)
            : SelectedLines.Of(request.Snapshot, request.Range)?.RangeIn(request.Snapshot);
        if (range is null) throw ActionFailedException.NothingSelected();
        if (string.IsNullOrWhiteSpace(request.Instruction ?? request.Action.Instruction)) throw ActionFailedException.NoInstruction();
        return range.Value;
    }

    int Count(string text) => text.Length == 0 ? 0 : model.CountTokens(text);
}
