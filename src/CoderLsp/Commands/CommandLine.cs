using System.CommandLine;
using System.CommandLine.Invocation;
using CoderLsp.Commands.Actions;
using CoderLsp.Commands.Examining;
using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Chat;
using CoderLsp.Completion.Documents;
using CoderLsp.Inference.Gguf;
using CoderLsp.Models.Loading;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Commands;

/// <summary>The commands, and what happens to their errors. A new command is one file and one line here.</summary>
static class CommandLine
{
    static RootCommand Create(CommandOutput output, IModelPlans models)
    {
        var root = ServerCommand.Create(output);
        root.Add(BenchCommand.Create(output));
        root.Add(ChatCommand.Create(output, models));
        root.Add(CompleteCommand.Create(output));
        root.Add(DoctorCommand.Create(output));
        root.Add(EditCommand.Create(output, models));
        root.Add(ExplainCommand.Create(output, models));
        root.Add(InspectCommand.Create(output));
        root.Add(LogitsCommand.Create(output));
        root.Add(PerplexityCommand.Create(output));
        root.Add(SettingsCommand.Create(output));
        root.Add(TokenizeCommand.Create(output));
        foreach (var option in CommonOptions.All) root.Add(option);
        return root;
    }

    /// <summary>Runs one command line and gives its exit status.</summary>
    /// <param name="models">How models for actions and chat are loaded; null: from their files.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CommandOutput output, IModelPlans? models = null)
    {
        models ??= new LocalModelPlans(warning => output.Log(LogLevel.Warning, warning));
        // No response files: @FILE is an argument of some commands.
        var parse = Create(output, models).Parse(args, new() { ResponseFileTokenReplacer = null });
        if (parse.Action is ParseErrorAction) return WrongUsage(parse, output);
        try
        {
            return await parse.InvokeAsync(new()
            {
                Output = output.Out, Error = output.Error, EnableDefaultExceptionHandler = false,
                // Ctrl-C ends a command, but it is a key of the chat.
                ProcessTerminationTimeout = parse.CommandResult.Command.Name == ChatCommand.Name ? null : TimeSpan.FromSeconds(2),
            });
        }
        catch (OperationCanceledException)
        {
            return ExitStatus.Cancelled;
        }
        catch (Exception e)
        {
            output.Error.WriteLine($"coderlsp: {Explain(e)}");
            if (output.LogLevel <= LogLevel.Debug) output.Error.WriteLine(e);
            return e is UsageException ? ExitStatus.WrongUsage : ExitStatus.Failed;
        }
    }

    /// <summary>Makes <paramref name="run"/> the action of this command.</summary>
    public static void Runs(this Command command, CommandOutput output, Func<CommandContext, CancellationToken, Task<int>> run) =>
        command.SetAction((parse, cancellation) => run(new(parse, output), cancellation));

    // These exceptions' messages are sentences for the user; any other is a defect of ours and says so.
    internal static string Explain(Exception e) =>
        // EBADF: files that we open ourselves cannot have it.
        e is UnauthorizedAccessException { InnerException.HResult: 9 } ? "The standard output is closed."
        : e is UserException or GgufException or SourceFileException or ActionFailedException or ConversationTooLongException
            or IOException or UnauthorizedAccessException or NotSupportedException
        ? e.Message
        : $"Unexpected error: {e.Message} ({e.GetType().Name}). Please report it with what --log-level debug prints.";

    static int WrongUsage(ParseResult parse, CommandOutput output)
    {
        var command = parse.CommandResult.Command;
        var known = CommonOptions.All.Concat(command.Options).Select(option => option.Name).Concat(command.Subcommands.Select(c => c.Name));
        output.Error.WriteLine(parse.UnmatchedTokens is [var unknown, ..]
            ? $"coderlsp: Unknown command, option or argument '{unknown}'.{ClosestName.Hint(unknown, known)}"
            : $"coderlsp: {parse.Errors[0].Message}");
        var path = command is RootCommand ? "coderlsp" : $"coderlsp {command.Name}";
        output.Error.WriteLine($"Try '{path} --help'.");
        return ExitStatus.WrongUsage;
    }
}
