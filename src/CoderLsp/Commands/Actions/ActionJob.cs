using System.CommandLine;
using System.Diagnostics;
using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Documents;
using CoderLsp.Models.Loading;

namespace CoderLsp.Commands.Actions;

/// <summary>The options that <c>explain</c> and <c>edit</c> share.</summary>
sealed class ActionOptionsOfCommand
{
    public Argument<string> Lines { get; } = new("FILE:FIRST-LAST")
    {
        Description = "The lines, counted from 1; FILE:LINE for the function or type around a line, FILE for all of it.",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON, with what the answer cost." };

    public Option<bool> ExplainPrompt { get; } = new("--explain-prompt") { Description = "Also show the prompt's parts with their token counts." };

    public SettingOption MaxTokens { get; } = ChatCommand.MaxTokens();
}

/// <summary>An action on lines of a file, with the model loaded that does it.</summary>
sealed class ActionJob : IDisposable
{
    readonly LoadedChat _loaded;
    readonly TimeSpan _loadTime;
    readonly Stopwatch _clock = Stopwatch.StartNew();

    ActionJob(LoadedChat loaded, TimeSpan loadTime, ActionRequest request, ActionOptions options)
    {
        (_loaded, _loadTime, Request) = (loaded, loadTime, request);
        Runner = new(loaded.Model, options);
    }

    public ActionRequest Request { get; }

    public ActionRunner Runner { get; }

    /// <summary>Loads the model and, meanwhile, looks for code in other files that helps to understand the lines.</summary>
    public static async Task<ActionJob> StartAsync(
        CommandContext context, IModelPlans models, ActionDefinition action, string? instruction, FileLines lines, TextSnapshot snapshot, CancellationToken cancellation)
    {
        var (range, settings) = (lines.RangeIn(snapshot), context.Settings);
        var clock = Stopwatch.StartNew();
        var related = Task.Run(() => ProjectFiles.Related(snapshot, range, lines.File, settings.Context, cancellation), cancellation);
        var loaded = await context.LoadChatModelAsync(models, name: null, cancellation);
        var request = new ActionRequest(action, snapshot, range) { Instruction = instruction, RelatedFiles = await related };
        return new(loaded, clock.Elapsed, request, settings.Chat.ToActionOptions());
    }

    /// <summary>Shows the prompt's parts.</summary>
    public void ExplainPrompt(TextWriter writer)
    {
        var parts = Runner.Prompt(Request).Parts;
        writer.WriteLine($"prompt: {parts.Sum(part => part.Tokens)} tokens, without those of the model's template");
        foreach (var part in parts)
        {
            var lines = part.FirstLine is { } first ? $":{first}-{part.LastLine}" : "";
            writer.WriteLine($"  {part.Name,-12}{part.Tokens,7}  {Printable.Of(part.Path ?? "")}{lines}  {part.Reason}".TrimEnd());
        }
    }

    public ActionReport Report(ActionDetails details) => new(
        details.CutOff,
        new(details.Usage?.InputTokenCount, details.Usage?.CachedInputTokenCount, details.Usage?.OutputTokenCount),
        new(Math.Round(_loadTime.TotalMilliseconds, 1), Math.Round(_clock.Elapsed.TotalMilliseconds, 1)),
        _loaded.Model.Name,
        details.Parts);

    public void Dispose() => _loaded.Dispose();
}

/// <summary>The JSON of <c>explain --json</c> and <c>edit --json</c>.</summary>
/// <param name="CutOff">Whether the answer ended at the limit of its length.</param>
/// <param name="Prompt">What the model was shown, part by part, without the tokens of its template.</param>
sealed record ActionReport(bool CutOff, ActionTokens Tokens, ActionTime Milliseconds, string Model, IReadOnlyList<InstructionPart> Prompt)
{
    /// <summary>The explanation, in Markdown.</summary>
    [System.Text.Json.Serialization.JsonPropertyOrder(-3)]
    public string? Text { get; init; }

    /// <summary>The change, as a unified diff.</summary>
    [System.Text.Json.Serialization.JsonPropertyOrder(-2)]
    public string? Diff { get; init; }

    /// <summary>Whether the file was written.</summary>
    [System.Text.Json.Serialization.JsonPropertyOrder(-1)]
    public bool? Applied { get; init; }
}

/// <summary>Null where the model does not say.</summary>
/// <param name="Prompt">All of the prompt.</param>
/// <param name="Cached">Of these, found in the KV cache.</param>
sealed record ActionTokens(long? Prompt, long? Cached, long? Generated);

/// <param name="Answer">From the loaded model to the end of the answer.</param>
sealed record ActionTime(double Load, double Answer);
