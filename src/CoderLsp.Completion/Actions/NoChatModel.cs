namespace CoderLsp.Completion.Actions;

/// <summary>What actions and chat say where no chat model is configured.</summary>
public static class NoChatModel
{
    /// <summary>One sentence: what is missing, and how to get it.</summary>
    /// <param name="modelFolder">Where models are looked up.</param>
    /// <param name="option">The option of a command line that names one; null where there is no command line.</param>
    public static string Explanation(string modelFolder, string? option = null) =>
        $"There is no model for actions and chat: put {ModelInto(modelFolder)}{(option is null ? "" : $", or give {option} FILE")}.";

    /// <summary>How to get one.</summary>
    /// <param name="modelFolder">Where models are looked up.</param>
    public static string Remedy(string modelFolder) => $"Put {ModelInto(modelFolder)}.";

    static string ModelInto(string folder) =>
        $"an instruction model as GGUF, such as deepseek-coder-1.3b-instruct.Q4_K_M.gguf, into the folder {folder} and set chatModel to its name";
}
