namespace CoderLsp.Completion.Actions;

/// <summary>Why an action came to nothing.</summary>
public enum ActionFailure
{
    NothingSelected,
    NoInstruction,
    DoesNotFit,
    NotReadable,
    DocumentChanged,
    NoAnswer,
    NoCode,
    CutOff,
    NoChange,
}

/// <summary>An action came to nothing. The message is a sentence or two for the user: what happened and what to do.</summary>
public sealed class ActionFailedException(ActionFailure failure, string message) : Exception(message)
{
    public ActionFailure Failure => failure;

    /// <summary>What the model said, where it said something that could not be used.</summary>
    public string? Answer { get; init; }

    public static ActionFailedException NothingSelected() =>
        new(ActionFailure.NothingSelected, "There is no code here. Select some code, or put the cursor into a function.");

    public static ActionFailedException NoInstruction() =>
        new(ActionFailure.NoInstruction, "There is no instruction. Say what shall be done to the code.");

    public static ActionFailedException NotOpen() =>
        new(ActionFailure.NotReadable, "The document is not open in the editor. Open it and try again.");

    public static ActionFailedException Secret() => new(ActionFailure.NotReadable,
        "This document is not given to a model: by its name it holds secrets, or context.exclude names it. A pattern with '!' there allows it.");

    /// <summary>The text is unknown, because a change could not be applied.</summary>
    public static ActionFailedException OutOfSync() =>
        new(ActionFailure.NotReadable, "CoderLsp has lost track of the document. Close and open it, and try again.");

    /// <summary>The document is not the one that the action was started on.</summary>
    public static ActionFailedException DocumentChanged() =>
        new(ActionFailure.DocumentChanged, "The document has changed meanwhile, so nothing was applied. Try again.");

    internal static ActionFailedException SelectionTooLarge(int tokens, int room, int context) => new(ActionFailure.DoesNotFit,
        $"The selected code does not fit: with the instruction it has {tokens} tokens, and the model has room for {room} of its {context} " +
        "(the rest is for the answer). Select less, or lower chat.maxTokens.");

    internal static ActionFailedException EditTooLarge(int tokens, int answer) => new(ActionFailure.DoesNotFit,
        $"The selected code has {tokens} tokens, but an answer that replaces it may have {answer} only. Select less, or raise chat.maxTokens " +
        "(at most half of the model's context is used).");

    internal static ActionFailedException NoAnswer() =>
        new(ActionFailure.NoAnswer, "The model gave no answer. Try again, or set chatModel to another model.");

    internal static ActionFailedException NoCode(string answer) =>
        new(ActionFailure.NoCode, "The model answered with prose and no code, so nothing was changed. Try again, or say it in other words.")
        {
            Answer = answer,
        };

    internal static ActionFailedException CutOff(int maxTokens, string answer) => new(ActionFailure.CutOff,
        $"The answer was cut off at its limit of {maxTokens} tokens, so nothing was changed. Select less, or raise chat.maxTokens.")
    {
        Answer = answer,
    };

    internal static ActionFailedException NoChange(string answer) => new(ActionFailure.NoChange, "The model suggests no change.") { Answer = answer };
}
