using CoderLsp.Configuration;
using CoderLsp.Models.Chat;

namespace CoderLsp.Models.Loading;

/// <summary>Plans for the local engine.</summary>
/// <param name="warn">Takes a sentence about what is odd with a file, or about memory.</param>
/// <param name="snapshots">The folder where caches are kept from run to run; null: nowhere.</param>
sealed class LocalModelPlans(Action<string> warn, string? snapshots = null) : IModelPlans
{
    readonly SharedEngines _engines = new(warn);

    public ModelPlan<LoadedCompletion> Completion(CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded)
    {
        var catalog = new ModelCatalog(settings.ModelFolders);
        return new(
            (Common(settings, settings.Model), settings.PromptOrder), "model", model => model.HasChangedOnDisk, () => StampOf(catalog, settings.Model),
            (progress, cancellation) =>
            {
                var file = catalog.Find(settings.Model);
                var engine = _engines.Get(file, settings, loaded);
                var model = LocalInfillModel.Load(file, settings, warn, engine);
                return Prepared(new LoadedCompletion(model, model.Quantization, model), engine, settings, progress, cancellation);
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
                var file = catalog.Find(name);
                var engine = _engines.Get(file, settings, loaded);
                var model = LocalChatModel.Load(file, settings, warn, engine);
                return Prepared(new LoadedChat(model, model), engine, settings, progress, cancellation);
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

    /// <summary>A model with its weights in memory, and what an earlier run has read.</summary>
    T Prepared<T>(T model, LocalEngine engine, CoderLspSettings settings, Action<int> progress, CancellationToken cancellation) where T : IDisposable
    {
        try
        {
            engine.ReadWeights(progress, cancellation);
            if (settings.Cache.Snapshots && snapshots is not null) engine.UseSnapshots(snapshots, warn);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
