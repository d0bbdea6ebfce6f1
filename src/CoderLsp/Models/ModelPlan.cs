using CoderLsp.Configuration;

namespace CoderLsp.Models;

/// <summary>Loads a model; blocks for as long as it takes. Runs on a thread of its own.</summary>
/// <param name="progress">Takes percents, 0 to 100.</param>
/// <param name="cancellation">The model is not wanted any more.</param>
delegate T LoadModel<out T>(Action<int> progress, CancellationToken cancellation);

/// <summary>What a <see cref="ModelSlot{T}"/> shall hold.</summary>
/// <param name="Identity">Plans with equal ones load the same model: a change of settings that does not change it changes nothing.</param>
/// <param name="Setting">The setting that names the model, for messages.</param>
/// <param name="Stamp">What a failed load depends on besides settings, as it is now: when it changes, loading is tried again.</param>
sealed record ModelPlan<T>(object Identity, string Setting, Func<object?> Stamp, LoadModel<T> Load) where T : class;

/// <summary>Plans for the local engine.</summary>
static class ModelPlan
{
    /// <param name="loaded">What other models take of the memory, when this one is loaded.</param>
    public static ModelPlan<LocalInfillModel> Infill(CoderLspSettings settings, Action<string> warn, Func<IEnumerable<ModelMemory>> loaded)
    {
        var catalog = new ModelCatalog(settings.ModelFolders);
        return new((Common(settings, settings.Model), settings.PromptOrder), "model", () => StampOf(catalog, settings.Model), (progress, cancellation) =>
            Prepared(LocalInfillModel.Load(catalog.Find(settings.Model), settings, warn, loaded()), model => model.Prepare(progress, cancellation)));
    }

    /// <summary>The plan for the chat model; null when the settings name none.</summary>
    /// <inheritdoc cref="Infill"/>
    public static ModelPlan<LocalChatModel>? Chat(CoderLspSettings settings, Action<string> warn, Func<IEnumerable<ModelMemory>> loaded)
    {
        if (settings.ChatModel is not { } name) return null;
        var catalog = new ModelCatalog(settings.ModelFolders);
        return new((Common(settings, name), settings.ChatTemplate, settings.Chat), "chatModel", () => StampOf(catalog, name), (progress, cancellation) =>
            Prepared(LocalChatModel.Load(catalog.Find(name), settings, warn, loaded()), model => model.Prepare(progress, cancellation)));
    }

    static object Common(CoderLspSettings settings, string model) =>
        (model, string.Join('\n', settings.ModelFolders), settings.Threads, settings.ContextTokens, settings.Cache);

    // A name that is not found now may be found when the file was put there.
    static object? StampOf(ModelCatalog catalog, string name)
    {
        try
        {
            var file = new FileInfo(catalog.Find(name).Path);
            return (file.FullName, file.LastWriteTimeUtc, file.Length);
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static T Prepared<T>(T model, Action<T> prepare) where T : IDisposable
    {
        try
        {
            prepare(model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
