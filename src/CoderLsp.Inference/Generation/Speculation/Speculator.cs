namespace CoderLsp.Inference.Generation.Speculation;

/// <summary>What all texts of a model have in common for guessing how they go on.</summary>
sealed class Speculator
{
    /// <summary>Prompts and continuations, those that were computed ahead included.</summary>
    public DraftIndex Index { get; } = new();

    public DraftPolicy Policy { get; } = new();
}
