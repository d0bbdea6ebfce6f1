using System.CommandLine;
using System.Text.Json;
using CoderLsp.Configuration;
using CoderLsp.Lsp;
using CoderLsp.Models;
using CoderLsp.Models.Loading;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Commands;

/// <summary><c>coderlsp</c> and <c>coderlsp lsp</c>: the language server on the standard input and output.</summary>
static class ServerCommand
{
    const string Description = "Completes code in your editor with a language model that runs on this machine.";

    public static RootCommand Create(CommandOutput output)
    {
        var stdio = new Option<bool>("--stdio") { Description = "Be a language server on the standard input and output, as without a command." };
        var root = new RootCommand(Description) { stdio };
        var lsp = new Command("lsp", "The language server, as without a command.") { stdio };
        foreach (var command in (Command[])[root, lsp])
            command.Runs(output, (context, cancellation) => output.InIsTerminal && !context.Value(stdio)
                ? Task.FromResult(Introduce(output))
                : ServeAsync(context, cancellation));
        root.Add(lsp);
        return root;
    }

    // Somebody who types the name into a shell would else see a program that says nothing and waits.
    static int Introduce(CommandOutput output)
    {
        output.Out.WriteLine(
            $"""
            coderlsp: {Description}

            It is a language server: an editor starts it and speaks to it over the standard input and output.
            The README says how to set up an editor.

            To try it here:    coderlsp complete FILE:LINE:COLUMN
            All commands:      coderlsp --help
            """);
        return ExitStatus.Done;
    }

    static async Task<int> ServeAsync(CommandContext context, CancellationToken cancellation)
    {
        CheckOptions(context);
        var output = context.Output;
        var models = new LocalModelPlans(warning => output.Log(LogLevel.Warning, warning), CacheSnapshots.Folder);
        var services = new ServerServices(editor => Read(context, editor), models, output.Log)
        {
            ConfigurationFileChanges = stop => ConfigurationFile.ChangesAsync(context.ConfigurationFile, TimeProvider.System, stop),
            AcceptHistoryFile = Path.Combine(UserFolders.State, "accept-history.json"),
        };
        return await LanguageServer.RunAsync(CommandOutput.OpenInput(), CommandOutput.OpenOutput(), services).WaitAsync(cancellation);
    }

    static SettingsResult Read(CommandContext context, IReadOnlyList<JsonElement> editor)
    {
        var result = context.LoadLayers().Read(editor);
        context.Output.LogLevel = result.Settings.LogLevel;
        return result;
    }

    // Options are the fault of whoever set the editor up and end the start; the server tells its client of the rest, and runs.
    static void CheckOptions(CommandContext context)
    {
        try
        {
            foreach (var error in Read(context, editor: []).Errors)
                if (error.FromOption) throw new UsageException(error.Message);
        }
        catch (UserException e) when (e is not UsageException)
        {
            context.Output.Log(LogLevel.Warning, e.Message);
        }
    }
}
