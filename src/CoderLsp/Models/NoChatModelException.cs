using CoderLsp.Completion.Actions;
using CoderLsp.Configuration;

namespace CoderLsp.Models;

/// <summary>Actions and chat need a model that is not configured. The message says how to get one.</summary>
/// <param name="option">The option of the command line that names one; null where there is no command line.</param>
sealed class NoChatModelException(CoderLspSettings settings, string? option = null)
    : UserException(NoChatModel.Explanation(settings.ModelFolders is [var first, ..] ? first : UserFolders.Models, option));
