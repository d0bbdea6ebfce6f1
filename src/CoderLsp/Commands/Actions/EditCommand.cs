using System.CommandLine;
using System.Text.Json;
using CoderLsp.Commands.Terminal;
using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Actions.Edits;
using CoderLsp.Models.Loading;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Commands.Actions;

/// <summary><c>edit FILE:FIRST-LAST INSTRUCTION</c>: a change as a unified diff, which <c>--apply</c> makes.</summary>
static class EditCommand
{
    // What a word alone may name. A problem to fix comes from an editor.
    static readonly IReadOnlyList<ActionDefinition> Ready =
        [.. ActionTable.All.Where(action => action is { Output: ActionOutput.Edit, Instruction: not null } && action != ActionTable.Fix)];

    public static Command Create(CommandOutput output, IModelPlans models)
    {
        var options = new ActionOptionsOfCommand();
        var instruction = new Argument<string>("INSTRUCTION")
        {
            Description = $"What to do, in words; or one of {string.Join(", ", Ready.Select(action => action.Id))}.",
        };
        var apply = new Option<bool>("--apply") { Description = "Make the change in the file." };
        var command = new Command("edit", "Changes lines of a file as you say, and prints the difference.")
        {
            options.Lines, instruction, apply, options.MaxTokens, options.Json, options.ExplainPrompt,
        };
        command.Runs(output, async (context, cancellation) =>
        {
            var lines = FileLines.Parse(context.Value(options.Lines)!);
            var said = context.Value(instruction)!.Trim();
            if (said.Length == 0) throw new UsageException("The instruction is empty. Say what shall be done to the code.");
            var ready = Ready.FirstOrDefault(action => action.Id.Equals(said, StringComparison.OrdinalIgnoreCase));

            var file = EditableFile.Read(lines.File);
            if (context.Value(apply)) file.CheckWritable();
            using var job = await ActionJob.StartAsync(
                context, models, ready ?? ActionTable.Instruct, ready is null ? said : null, lines, file.Snapshot, cancellation);
            if (context.Value(options.ExplainPrompt) && !context.Value(options.Json)) job.ExplainPrompt(output.Error);
            var edit = await output.WithStatusAsync("Editing", say => job.Runner.EditAsync(job.Request, Progress(say), cancellation));
            var changed = edit.Changed.Text;
            var diff = UnifiedDiff.Of(ProjectFiles.NameOf(lines.File, Environment.CurrentDirectory), file.Marked(edit.Snapshot.Text), file.Marked(changed));
            if (context.Value(apply)) file.Replace(changed);

            if (context.Value(options.Json))
                output.Out.WriteLine(JsonSerializer.Serialize(
                    job.Report(edit.Details) with { Diff = diff, Applied = context.Value(apply) }, CommandJson.Readable.ActionReport));
            else if (output.OutIsTerminal) output.WriteLines(DiffView.Of(diff));
            else output.Out.Write(diff);
            if (context.Value(apply)) output.Log(LogLevel.Information, $"{lines.File} is changed.");
            return ExitStatus.Done;
        });
        return command;
    }

    static Action<string> Progress(Action<string> say)
    {
        var lines = 0;
        return piece =>
        {
            if (piece.Count('\n') is > 0 and var more) say($"Editing: {lines += more} {(lines == 1 ? "line" : "lines")} of the answer");
        };
    }
}
