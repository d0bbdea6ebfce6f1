namespace CoderLsp.Completion.Actions;

/// <summary>What an action gives.</summary>
public enum ActionOutput
{
    /// <summary>Markdown to read.</summary>
    Explanation,

    /// <summary>A change of the selected code.</summary>
    Edit,

    /// <summary>A document that was not there.</summary>
    NewDocument,
}

/// <summary>One thing that can be done to code.</summary>
/// <param name="Id">Its name in our own messages and tests.</param>
/// <param name="Title">What a menu shows.</param>
/// <param name="Kind">The LSP's <c>CodeActionKind</c>.</param>
/// <param name="Command">The LSP command that does it.</param>
/// <param name="Instruction">What the model is told to do; null where the user says it.</param>
public sealed record ActionDefinition(string Id, string Title, string Kind, string Command, ActionOutput Output, string? Instruction)
{
    /// <summary>Whether a list of wanted kinds includes this one: <c>refactor</c> includes <c>refactor.rewrite</c>, no list everything.</summary>
    public bool IsOf(IReadOnlyList<string>? only)
    {
        if (only is null) return true;
        foreach (var wanted in only)
        {
            if (wanted.Length == 0) return true; // the LSP's CodeActionKind.Empty
            if (Kind.StartsWith(wanted, StringComparison.Ordinal) && (Kind.Length == wanted.Length || Kind[wanted.Length] == '.')) return true;
        }
        return false;
    }
}
