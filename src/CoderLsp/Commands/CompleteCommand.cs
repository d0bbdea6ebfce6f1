using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using CoderLsp.Commands.Actions;
using CoderLsp.Completion.Context;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Commands;

/// <summary><c>complete FILE:LINE:COLUMN</c>: the suggestion at that cursor.</summary>
static class CompleteCommand
{
    public static Command Create(CommandOutput output)
    {
        var position = new Argument<string>("FILE:LINE:COLUMN")
        {
            Description = "The cursor, counted from 1; the column in UTF-16 code units, a tab is one.",
        };
        var maxTokens = new SettingOption("--max-tokens", "inline.maxTokens") { Description = "Longest suggestion in tokens.", HelpName = "N" };
        var multiline = new SettingOption("--multiline", "inline.multiline")
        {
            Description = "Whether it may have several lines: auto, always or never.", HelpName = "MODE",
        };
        var candidates = new SettingOption("--candidates", "inline.candidates") { Description = "Up to so many different suggestions, best first; default: 1.", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Print JSON, with what the suggestion cost." };
        var explain = new Option<bool>("--explain-prompt") { Description = "Also show the prompt's parts with their token counts." };
        var command = new Command("complete", "Prints the suggestion at a cursor.") { position, maxTokens, multiline, candidates, json, explain };
        command.Runs(output, async (context, cancellation) =>
        {
            var place = FilePosition.Parse(context.Value(position)!);
            var snapshot = SourceFile.Read(place.File);
            var options = context.Settings.Inline.ToOptions();
            if (context.Value(candidates) is null) options = options with { Candidates = 1 }; // a setting for editors, where one sees them in turn
            using var project = context.Settings.Context.Suggestions ? ProjectFiles.Context(place.File, context.Settings.Context) : null;
            var request = new InlineRequest(snapshot, CursorIn(snapshot, place), InlineTrigger.Invoked, options, Project: project);

            var clock = Stopwatch.StartNew();
            using var loaded = await context.LoadModelAsync(cancellation);
            var loadTime = clock.Elapsed;
            var model = new RecordingModel(loaded);
            using var completer = new InlineCompleter(model);
            if (project is not null)
                await Task.Run(() => ProjectFiles.Read((near, limit) => completer.ReadProject(project, near, limit), place.File, cancellation), cancellation);
            var suggestions = await completer.CompleteAllAsync(request, cancellation);

            var prompt = context.Value(explain) ? completer.PromptFor(request) : null;
            if (context.Value(json))
            {
                var report = CompletionReport.Of(request, suggestions, model, loaded.Cache, loadTime, prompt);
                output.Out.WriteLine(JsonSerializer.Serialize(report, CommandJson.Readable.CompletionReport));
                return ExitStatus.Done;
            }
            if (prompt is not null) Explain(prompt, output.Error);
            for (var i = 0; i < suggestions.Count; i++)
            {
                if (i > 0) output.Out.WriteLine("---");
                output.Out.WriteLine(suggestions[i].Text);
            }
            if (suggestions.Count == 0) output.Log(LogLevel.Information, "No suggestion: the model has nothing worth showing here.");
            return ExitStatus.Done;
        });
        return command;
    }

    /// <exception cref="UserException">The file has no such line or column.</exception>
    internal static TextPosition CursorIn(TextSnapshot snapshot, FilePosition place)
    {
        if (place.Line > snapshot.LineCount)
            throw new UserException($"Line {place.Line} is beyond the end of {place.File}, which has {Count(snapshot.LineCount, "line")}.");
        var length = snapshot.Line(place.Line - 1).Length;
        if (place.Column > length + 1)
            throw new UserException($"Column {place.Column} is beyond the end of line {place.Line} of {place.File}, which has "
                + $"{Count(length, "character")}: columns 1 to {length + 1}.");
        // Between the halves of a character beyond U+FFFF there is no cursor: before it.
        return snapshot.PositionOf(snapshot.OffsetOf(new(place.Line - 1, place.Column - 1)));
    }

    static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    static void Explain(Prompt prompt, TextWriter writer)
    {
        writer.WriteLine($"prompt: {Count(prompt.Tokens.Count, "token")}");
        foreach (var part in prompt.Parts)
            writer.WriteLine($"  {part.Name,-8}{part.Tokens,7}{(part.Source is { } source
                ? $"  {Printable.Of(source.Path)}:{source.FirstLine}-{source.LastLine}  {source.Reason}" : "")}");
        if (prompt.Healed.Length > 0) writer.WriteLine($"  taken back, to be generated again: \"{Printable.Of(prompt.Healed)}\"");
    }
}
