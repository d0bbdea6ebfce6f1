using CoderLsp.Completion;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;
using CoderLsp.Inference.KvCache;
using CoderLsp.Models.Chat;

namespace CoderLsp.Models.Loading;

/// <summary>A model for suggestions, and what makes them with it.</summary>
/// <param name="quantization">The published name of the mix of types, where the file says it.</param>
/// <param name="local">The same model where it runs in this process; null where it is elsewhere.</param>
sealed class LoadedCompletion(IInfillModel model, string? quantization = null, LocalInfillModel? local = null) : IDisposable
{
    // For bench/CoderLsp.FimBench, which measures what token healing is good for.
    static readonly bool Healing = Environment.GetEnvironmentVariable("CODERLSP_BENCH_NO_HEALING") is null;

    public InlineCompleter Completer { get; } = new(model, Healing);

    public string Name => model.Name;

    public int ContextTokens => model.ContextTokens;

    /// <summary>Threads of this process that it computes on.</summary>
    public int Threads => local?.Threads ?? 1;

    /// <summary>How fast it computes on this machine; null where that is not known.</summary>
    public ComputingSpeed? Speed { get; private set; } = local?.KeptSpeed;

    /// <summary>Whether there is nothing (more) to be measured.</summary>
    public bool IsMeasured => local is null || Speed is not null;

    /// <summary>Whether its prompts have the text behind the cursor; else it goes on from the left.</summary>
    public bool FillsMiddle => model.Format is { HasInfillTokens: true, Order: not InfillOrder.None };

    public string? Quantization => quantization;

    public ModelMemory? Memory => local?.Memory;

    public ModelStatistics? Statistics => local?.Statistics;

    /// <inheritdoc cref="LocalInfillModel.Cache"/>
    public CacheStatistics? Cache => local?.Cache;

    /// <summary>Whether its files are others by now; looks at the disk.</summary>
    public bool HasChangedOnDisk => local?.HasChangedOnDisk ?? false;

    /// <summary>Finds out the speed, and keeps it for the next start.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task MeasureAsync(CancellationToken cancellation)
    {
        if (local is not null) Speed = await local.MeasureAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc cref="IInfillModel.PrefillAsync"/>
    public Task<int> PrefillAsync(IReadOnlyList<int> prompt, CancellationToken cancellation) => model.PrefillAsync(prompt, cancellation);

    /// <inheritdoc cref="LocalInfillModel.WarmUp"/>
    public void WarmUp(CancellationToken cancellation) => local?.WarmUp(cancellation);

    public void Dispose()
    {
        Completer.Dispose();
        (model as IDisposable)?.Dispose();
    }
}

/// <summary>A model for actions and chat.</summary>
/// <param name="local">The same model where it runs in this process; null where it is elsewhere.</param>
sealed class LoadedChat(IChatModel model, LocalChatModel? local = null) : IDisposable
{
    public IChatModel Model => model;

    public ModelMemory? Memory => local?.Memory;

    /// <summary>Whether its files are others by now; looks at the disk.</summary>
    public bool HasChangedOnDisk => local?.HasChangedOnDisk ?? false;

    /// <inheritdoc cref="LocalInfillModel.WarmUp"/>
    public void WarmUp(CancellationToken cancellation) => local?.WarmUp(cancellation);

    public void Dispose() => (model as IDisposable)?.Dispose();
}

/// <summary>How models are loaded. The functions tell what other models take of the memory when the plan is carried out.</summary>
interface IModelPlans
{
    ModelPlan<LoadedCompletion> Completion(Configuration.CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded);

    /// <summary>Null when the settings name no model for actions and chat.</summary>
    ModelPlan<LoadedChat>? Chat(Configuration.CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded);
}
