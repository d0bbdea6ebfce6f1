using CoderLsp.Configuration;
using CoderLsp.Inference.Scheduling;
using CoderLsp.Models.Chat;

namespace CoderLsp.Models.Loading;

/// <summary>Plans for the local engine.</summary>
/// <param name="warn">Takes a sentence about what is odd with a file, or about memory.</param>
/// <param name="snapshots">The folder where caches are kept from run to run; null: nowhere.</param>
sealed class LocalModelPlans(Action<string> warn, string? snapshots = null) : IModelPlans
{
    // All models compute on one thread, as they would share the cores otherwise: suggestions interrupt answers of another model, too.
    readonly Lazy<ModelWorker> _worker = new(() => new("models", TimeProvider.System));

    public ModelPlan<LoadedCompletion> Completion(CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded)
    {
        var catalog = new ModelCatalog(settings.ModelFolders);
        return new(
            (Common(settings, settings.Model), settings.PromptOrder), "model", model => model.HasChangedOnDisk, () => StampOf(catalog, settings.Model),
            (progress, cancellation) =>
            {
                var model = LocalInfillModel.Load(catalog.Find(settings.Model), settings, warn, loaded(), _worker.Value);
                return Prepared(new LoadedCompletion(model, model.Quantization, model), () =>
                {
                    model.ReadWeights(progress, cancellation);
                    if (settings.Cache.Snapshots && snapshots is not null) model.UseSnapshots(snapshots, warn);
                });
            },
            (model, awaited) => model.WarmUp(awaited));
    }

    public ModelPlan<LoadedChat>? Chat(CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded)
    {
        if (settings.ChatModel is not { } name) return null;
        var catalog = new ModelCatalog(settings.ModelFolders);
        return new(
            (Common(settings, name), settings.ChatTemplate), "chatModel", model => model.HasChangedOnDisk, () => StampOf(catalog, name),
            (progress, cancellation) =>
            {
                var model = LocalChatModel.Load(catalog.Find(name), settings, warn, loaded(), _worker.Value);
                return Prepared(new LoadedChat(model, model), () =>
                {
                    model.ReadWeights(progress, cancellation);
                    if (settings.Cache.Snapshots && snapshots is not null) model.UseSnapshots(snapshots, warn);
                });
            },
            (model, awaited) => model.WarmUp(awaited));
    }

    static object Common(CoderLspSettings settings, string model) =>
        (model, string.Join('\n', settings.ModelFolders), settings.Threads, settings.ContextTokens, settings.Cache, settings.Speculation);

    // A name that is not found now may be found when the file was put there; so may the part of a split model that is missing.
    static string? StampOf(ModelCatalog catalog, string name)
    {
        try
        {
            return string.Join('\n', catalog.Find(name).Parts.Select(part => new FileInfo(part)).Select(part => $"{part.FullName} {part.LastWriteTimeUtc.Ticks} {part.Length}"));
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static T Prepared<T>(T model, Action prepare) where T : IDisposable
    {
        try
        {
            prepare();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
