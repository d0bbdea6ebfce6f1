namespace CoderLsp.Completion.Context;

/// <summary>Which files besides the document itself a prompt may take along.</summary>
public enum ContextFiles
{
    /// <summary>None.</summary>
    Off,

    /// <summary>Those that are open in the editor.</summary>
    Open,

    /// <summary>Those of the workspace too.</summary>
    Auto,
}
