namespace CoderLsp.Completion.Actions;

/// <summary>What actions and chat say where no chat model is configured.</summary>
public static class NoChatModel
{
    /// <param name="modelFolder">Where models are looked up.</param>
    public static string Explanation(string modelFolder) =>
        "There is no model for actions and chat: put an instruction model as GGUF, such as deepseek-coder-1.3b-instruct.Q4_K_M.gguf, into " +
        $"the folder {modelFolder} and set chatModel to its name.";
}
