namespace CoderLsp.Inference.Scheduling;

/// <summary>What a model's worker does first: the most urgent comes first.</summary>
public enum WorkPriority
{
    /// <summary>Somebody has pressed a key and waits for what comes next.</summary>
    Suggestion,

    /// <summary>Somebody waits for an action or reads along in a chat.</summary>
    Answer,

    /// <summary>Nobody waits: what may be asked for later.</summary>
    Background,
}
