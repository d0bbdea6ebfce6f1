using CoderLsp.Inference.Gguf;

namespace CoderLsp.Models.Loading;

enum ModelPhase
{
    /// <summary>Not in memory: not asked for yet, or not used for a while.</summary>
    Unloaded,
    Loading,
    Ready,
    Failed,
}

/// <summary>Where a model is between file and memory.</summary>
/// <param name="Percent">While it is being loaded.</param>
/// <param name="Problem">When it failed.</param>
sealed record ModelState(ModelPhase Phase, int Percent = 0, ModelProblem? Problem = null)
{
    public static ModelState Unloaded { get; } = new(ModelPhase.Unloaded);

    public static ModelState Ready { get; } = new(ModelPhase.Ready, 100);
}

/// <summary>Why a model cannot be had, and what the user can do about it.</summary>
/// <param name="Cause">One or more sentences.</param>
/// <param name="Remedy">The same; null where the cause says it, or nothing helps.</param>
sealed record ModelProblem(string Cause, string? Remedy)
{
    public string Message => Remedy is null ? Cause : $"{Cause} {Remedy}";

    /// <param name="setting">The setting that names the model.</param>
    public static ModelProblem Of(Exception error, string setting) => error switch
    {
        UserException => new(error.Message, $"Correct the setting '{setting}'; no restart is needed."),
        GgufException or IOException or UnauthorizedAccessException =>
            new(error.Message, $"Put another file in its place, or correct the setting '{setting}'; no restart is needed."),
        NotSupportedException => new(error.Message, null),
        OutOfMemoryException => new("There is not enough memory.", $"Use a smaller model in the setting '{setting}', or set cache.maxMegabytes."),
        _ => new($"An unexpected error ({error.GetType().Name}).", null),
    };
}

/// <summary>A request needs a model that cannot be loaded.</summary>
sealed class ModelUnavailableException(ModelProblem problem, Exception cause) : UserException(problem.Message)
{
    public ModelProblem Problem { get; } = problem;

    /// <summary>What was thrown while loading.</summary>
    public Exception Cause { get; } = cause;
}
