using System.CommandLine;
using System.Text.Json;
using CoderLsp.Commands.Terminal;
using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Documents;
using CoderLsp.Models.Loading;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Commands.Actions;

/// <summary><c>explain FILE:FIRST-LAST</c>: what the code does, in Markdown.</summary>
static class ExplainCommand
{
    public static Command Create(CommandOutput output, IModelPlans models)
    {
        var options = new ActionOptionsOfCommand();
        var command = new Command("explain", "Explains lines of a file.") { options.Lines, options.MaxTokens, options.Json, options.ExplainPrompt };
        command.Runs(output, async (context, cancellation) =>
        {
            var lines = FileLines.Parse(context.Value(options.Lines)!);
            using var job = await ActionJob.StartAsync(
                context, models, ActionTable.Explain, null, lines, SourceFile.Read(lines.File), cancellation);

            ActionDetails? details = null;
            var pieces = job.Runner.ExplainAsync(job.Request, found => details = found, cancellation);
            if (context.Value(options.Json))
            {
                var text = string.Concat(await pieces.ToListAsync(cancellation));
                output.Out.WriteLine(JsonSerializer.Serialize(job.Report(details!) with { Text = text }, CommandJson.Readable.ActionReport));
                return ExitStatus.Done;
            }
            if (context.Value(options.ExplainPrompt)) job.ExplainPrompt(output.Error);
            await Answer.WriteAsync(output, pieces, cancellation);
            if (details!.CutOff) output.Log(LogLevel.Warning, "the answer was cut off at its limit; --max-tokens or chat.maxTokens raises it.");
            return ExitStatus.Done;
        });
        return command;
    }
}
