using CoderLsp.Completion.Actions;

namespace CoderLsp.Lsp;

/// <summary>Actions and chat need a model that is not configured. The message says how to get one.</summary>
sealed class NoChatModelException(string modelFolder) : UserException(NoChatModel.Explanation(modelFolder));
