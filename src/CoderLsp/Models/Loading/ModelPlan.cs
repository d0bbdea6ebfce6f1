namespace CoderLsp.Models.Loading;

/// <summary>Loads a model; blocks for as long as it takes. Runs on a thread of its own.</summary>
/// <param name="progress">Takes percents, 0 to 100.</param>
/// <param name="cancellation">The model is not wanted any more.</param>
delegate T LoadModel<out T>(Action<int> progress, CancellationToken cancellation);

/// <summary>What a <see cref="ModelSlot{T}"/> shall hold.</summary>
/// <param name="Identity">Plans with equal ones load the same model: a change of settings that does not change it changes nothing.</param>
/// <param name="Setting">The setting that names the model, for messages.</param>
/// <param name="HasChanged">Whether what a loaded model came from is other now: then it is loaded again.</param>
/// <param name="Stamp">What loading depends on besides settings, as it is now: when it changes, what failed is tried again. Null when that cannot be known.</param>
/// <param name="WarmUp">
/// What makes the first request faster, and is the same that a request does: cancelled when one waits. Runs on the thread that loaded the model.
/// </param>
sealed record ModelPlan<T>(
    object Identity, string Setting, Func<T, bool> HasChanged, Func<object?> Stamp, LoadModel<T> Load, Action<T, CancellationToken>? WarmUp = null) where T : class;
