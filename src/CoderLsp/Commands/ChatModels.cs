using CoderLsp.Models;
using CoderLsp.Models.Loading;

namespace CoderLsp.Commands;

/// <summary>The model for actions and chat, as commands load it.</summary>
static class ChatModels
{
    /// <summary>Whether there is anything to load by this name; looks at the disk.</summary>
    public static bool FindsChatModel(this CommandContext context, IModelPlans models, string name) =>
        models.Chat(context.Settings with { ChatModel = name }, () => [])?.Stamp() is not null;

    /// <summary>Loads it, on a terminal with a percentage; whoever asked disposes of it.</summary>
    /// <param name="name">A name or a path in place of that of the settings.</param>
    /// <exception cref="NoChatModelException">None is configured.</exception>
    public static Task<LoadedChat> LoadChatModelAsync(this CommandContext context, IModelPlans models, string? name, CancellationToken cancellation)
    {
        var settings = name is null ? context.Settings : context.Settings with { ChatModel = name };
        if (models.Chat(settings, () => []) is not { } plan) throw new NoChatModelException(settings, "--chat-model");
        var title = $"Loading {Path.GetFileNameWithoutExtension(settings.ChatModel)}";
        return context.Output.WithStatusAsync(title, say =>
            Task.Run(() => plan.Load(percent => say($"{title}: {percent} %"), cancellation), cancellation));
    }
}
