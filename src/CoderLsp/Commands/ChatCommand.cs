using System.CommandLine;
using CoderLsp.Commands.Chat;
using CoderLsp.Models;
using CoderLsp.Models.Loading;

namespace CoderLsp.Commands;

/// <summary><c>chat</c>: a conversation with the chat model.</summary>
static class ChatCommand
{
    public const string Name = "chat";

    public static Command Create(CommandOutput output, IModelPlans models)
    {
        var files = new Option<string[]>("--file", "-f")
        {
            Description = "A file to talk about, or FILE:FIRST-LAST; may be given several times.", HelpName = "FILE",
            Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false,
        };
        var command = new Command(Name, "Talks about code. From a pipe, the whole input is one question.") { files, MaxTokens() };
        command.Runs(output, async (context, _) =>
        {
            if (context.Settings.ChatModel is null) throw new NoChatModelException(context.Settings, "--chat-model");
            using var chat = new ChatTerminal(context, models);
            foreach (var file in context.Value(files) ?? []) chat.AddFile(file);
            return output.InIsTerminal ? await chat.RunAsync() : await chat.AnswerInputAsync();
        });
        return command;
    }

    /// <summary>An option of every command that a model answers.</summary>
    public static SettingOption MaxTokens() => new("--max-tokens", "chat.maxTokens") { Description = "Longest answer in tokens.", HelpName = "N" };
}
