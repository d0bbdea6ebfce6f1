using System.Diagnostics;
using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;
using CoderLsp.Configuration;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.Tokenization;
using CoderLsp.Models;
using CoderLsp.Models.Chat;
using CoderLsp.Models.Loading;
using Microsoft.Extensions.AI;

namespace CoderLsp.Doctor;

/// <summary>Whether the configured models are there, can be used, and are fast enough.</summary>
sealed class ModelChecks(CoderLspSettings settings)
{
    const string CompletionModel = "completion model", ChatModel = "chat model";

    // For an answer of a few tokens, whose model was read into memory before.
    static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    readonly ModelCatalog _catalog = new(settings.ModelFolders);

    /// <summary>What the configured models take of the memory; one that cannot be opened has its own finding.</summary>
    public IReadOnlyList<ModelMemory> Memory()
    {
        var models = new List<ModelMemory>();
        foreach (var name in (string?[])[settings.Model, settings.ChatModel])
        {
            if (name is null) continue;
            try
            {
                using var file = GgufFile.Open(_catalog.Find(name).Path);
                models.Add(ModelMemory.Of(file, settings));
            }
            catch (Exception e) when (IsOfTheModel(e))
            {
            }
        }

        return models;
    }

    public Task<List<Finding>> CompletionAsync(CancellationToken cancellation) =>
        CollectAsync(CompletionModel, "Set model to another one, or to \"seedling\", the built-in one.", async findings =>
        {
            var file = _catalog.Find(settings.Model);
            var described = Described(file);
            using var model = LocalInfillModel.Load(file, settings, warn: _ => { });
            findings.AddRange(described);
            model.WarmUp(cancellation);
            findings.Add(await SuggestAsync(model, cancellation));
            var pace = new ModelPace(
                await PaceAsync(first: 64, most: 512, model.PromptChunk), await PaceAsync(first: 8, most: 64, batch: 1));
            findings.Add(pace.Judge());

            Task<double?> PaceAsync(int first, int most, int batch) => ModelPace.MeasureAsync(
                first, Math.Min(most, model.ContextTokens), (count, stop) => model.TimeAsync(count, batch, stop), ModelPace.Limit, cancellation);
        });

    public Task<List<Finding>> ChatAsync(CancellationToken cancellation) =>
        CollectAsync(ChatModel, "Set chatModel to another one, or remove it: suggestions do not need it.", async findings =>
        {
            if (settings.ChatModel is not { } name)
            {
                findings.Add(Finding.Warning(ChatModel, "There is none: code actions and chat need one, suggestions do not.",
                    NoChatModel.Remedy(settings.ModelFolders is [var first, ..] ? first : UserFolders.Models)));
                return;
            }

            var file = _catalog.Find(name);
            using var model = LocalChatModel.Load(file, settings, warn: _ => { });
            findings.Add(Finding.Ok(ChatModel, $"{file.Name}: {Facts(file)}, conversations as {model.Template} writes them."));
            model.WarmUp(cancellation);
            findings.Add(await AnswerAsync(model, cancellation));
        });

    List<Finding> Described(ModelFile file)
    {
        using var opened = GgufFile.Open(file.Path);
        var findings = new List<Finding>();
        var tokenizer = Tokenizer.FromGguf(opened, odd => findings.Add(Finding.Warning(CompletionModel, odd, "Get the file again from where it is published.")));
        var format = InfillFormats.Of(tokenizer, opened.Metadata, settings.PromptOrder);
        var facts = $"{file.Name}: {Facts(file)}";
        findings.Insert(0, format.HasInfillTokens
            ? Finding.Ok(CompletionModel, $"{facts}, " + format.Order switch
            {
                InfillOrder.PrefixFirst => "fills in the middle (prefix first).",
                InfillOrder.SuffixFirst => "fills in the middle (suffix first).",
                _ => "completes left to right.",
            })
            : Finding.Warning(CompletionModel, $"{facts}, has no tokens to fill in the middle with: it does not see what follows the cursor.",
                "Use a base model that was trained to fill in the middle, such as deepseek-coder-1.3b-base."));
        return findings;
    }

    static string Facts(ModelFile file)
    {
        using var opened = GgufFile.Open(file.Path);
        var architecture = opened.Metadata.TryGetString("general.architecture");
        var mix = FileTypes.Of(opened)?.Name;
        return $"{Commands.Printable.Of(architecture ?? "")}, {(mix is null ? "" : mix + ", ")}{ModelMemory.Size(opened.Length)}, "
            + $"window of {opened.Metadata.GetInt32($"{architecture}.context_length")} tokens";
    }

    async Task<Finding> SuggestAsync(LocalInfillModel model, CancellationToken cancellation)
    {
        const string check = "suggestion";
        const string code = "def add(a, b):\n    return ";
        var snapshot = new TextSnapshot("untitled:doctor.py", "python", version: 0, code);
        var request = new InlineRequest(snapshot, snapshot.PositionOf(code.Length), InlineTrigger.Invoked, settings.Inline.ToOptions());
        var (suggestion, took) = await WithinAsync(stop => new InlineCompleter(model).CompleteAsync(request, stop), cancellation);
        return took is not { } time ? Finding.Warning(check, $"There was none within {AnswerLimit.TotalSeconds} s.", "Use a smaller model (setting 'model').")
            : suggestion is null
            ? Finding.Warning(check, "The model has none for the easiest function.", "Use a model that was trained on code (setting 'model').")
            : Finding.Ok(check, $"\"def add(a, b): return\" goes on with \"{Commands.Printable.Of(suggestion.Text)}\", after {time.TotalMilliseconds:0} ms.");
    }

    static async Task<Finding> AnswerAsync(LocalChatModel model, CancellationToken cancellation)
    {
        const string check = "answer";
        var options = new ChatOptions { MaxOutputTokens = 8, Temperature = 0 };
        var (answer, took) = await WithinAsync(stop => model.Client.GetResponseAsync("Reply with one word: ready", options, stop), cancellation);
        return took is not { } time ? Finding.Warning(check, $"There was none within {AnswerLimit.TotalSeconds} s.", "Use a smaller model (setting 'chatModel').")
            : string.IsNullOrWhiteSpace(answer?.Text)
            ? Finding.Warning(check, "The model says nothing.", "Use an instruction model (setting 'chatModel'), or another chatTemplate.")
            : Finding.Ok(check, $"The model answers, after {time.TotalSeconds:0.0} s.");
    }

    /// <returns>No time when it was not done within <see cref="AnswerLimit"/>.</returns>
    static async Task<(T? Result, TimeSpan? Took)> WithinAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation) where T : class?
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(AnswerLimit);
        var clock = Stopwatch.StartNew();
        try
        {
            return (await work(limited.Token), clock.Elapsed);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, null);
        }
    }

    // What a model makes impossible is a finding, and the other checks go on.
    static async Task<List<Finding>> CollectAsync(string check, string remedy, Func<List<Finding>, Task> run)
    {
        var findings = new List<Finding>();
        try
        {
            await run(findings);
        }
        catch (Exception e) when (IsOfTheModel(e))
        {
            findings.Add(Finding.Error(check, e.Message, remedy));
        }

        return findings;
    }

    static bool IsOfTheModel(Exception e) => e is UserException or GgufException or IOException or UnauthorizedAccessException
        or NotSupportedException or OutOfMemoryException;
}
