namespace CoderLsp.Completion.Actions;

/// <summary>Everything that can be done to code, in the order of the menu. Small models follow short, plain instructions.</summary>
public static class ActionTable
{
    const string Rewrite = "refactor.rewrite";

    /// <summary>Makes a change that its arguments describe in words.</summary>
    public const string EditCommand = "coderlsp.edit";

    public static readonly ActionDefinition Fix = new("fix", "Fix", "quickfix", "coderlsp.fix", ActionOutput.Edit,
        "Fix the reported problem in the selected code. Change nothing else.");

    public static readonly ActionDefinition Explain = new("explain", "Explain", "source.explain.coderlsp", "coderlsp.explain", ActionOutput.Explanation,
        "Explain what the selected code does, step by step, and what to watch out for. Be short.");

    public static readonly ActionDefinition Simplify = Refactoring("simplify", "Simplify",
        "Simplify the selected code. Keep what it does exactly as it is.");

    public static readonly ActionDefinition ExtractFunction = Refactoring("extractFunction", "Extract function",
        "Move a part of the selected code that makes sense by itself into a new, well named function, and call it.", "refactor.extract");

    public static readonly ActionDefinition Rename = Refactoring("rename", "Rename for clarity",
        "Give the local variables and parameters in the selected code clear names. Keep the names that other code uses.");

    public static readonly ActionDefinition Performance = Refactoring("performance", "Improve performance",
        "Make the selected code faster. Keep what it does exactly as it is.");

    public static readonly ActionDefinition ErrorHandling = Refactoring("errorHandling", "Add error handling",
        "Add error handling to the selected code: check its input, and handle what can fail.");

    /// <summary>The user says what to do.</summary>
    public static readonly ActionDefinition Instruct = new("instruct", "Refactor with instruction…", Rewrite, EditCommand, ActionOutput.Edit, null);

    public static readonly ActionDefinition Document = new("document", "Document", Rewrite, "coderlsp.document", ActionOutput.Edit,
        "Add documentation comments to the selected code in the usual style of the language. Do not change the code.");

    public static readonly ActionDefinition Tests = new("tests", "Generate tests", "source.tests.coderlsp", "coderlsp.tests", ActionOutput.NewDocument,
        "Write unit tests for the selected code with the usual test framework of the language. Test normal, edge and error cases.");

    public static readonly ActionDefinition TranslateComments = new("translateComments", "Translate comments to English", Rewrite,
        "coderlsp.translateComments", ActionOutput.Edit,
        "Translate the comments in the selected code to English. Do not change the code.");

    public static readonly IReadOnlyList<ActionDefinition> All =
        [Fix, Explain, Simplify, ExtractFunction, Rename, Performance, ErrorHandling, Instruct, Document, Tests, TranslateComments];

    /// <summary>The commands, each once.</summary>
    public static readonly IReadOnlyList<string> Commands = [.. All.Select(action => action.Command).Distinct()];

    /// <summary>The kinds, each once.</summary>
    public static readonly IReadOnlyList<string> Kinds = [.. All.Select(action => action.Kind).Distinct()];

    /// <summary>
    /// The action of a command; of the one that several share, <see cref="Instruct"/>, since its arguments carry the instruction.
    /// Null for an unknown command.
    /// </summary>
    public static ActionDefinition? OfCommand(string command) =>
        command == EditCommand ? Instruct : All.FirstOrDefault(action => action.Command == command);

    static ActionDefinition Refactoring(string id, string title, string instruction, string kind = Rewrite) =>
        new(id, $"Refactor: {char.ToLowerInvariant(title[0])}{title[1..]}", kind, EditCommand, ActionOutput.Edit, instruction);
}
