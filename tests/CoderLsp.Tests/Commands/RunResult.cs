using CoderLsp.Commands;
using Microsoft.Extensions.Logging;

namespace CoderLsp.Tests.Commands;

/// <summary>A command line run in this process, and what it wrote.</summary>
sealed record RunResult(int Status, string Out, string Error)
{
    public static Task<RunResult> OfAsync(params string[] args) => OfAsync("", args);

    public static async Task<RunResult> OfAsync(string input, string[] args, bool inIsTerminal = false)
    {
        using var result = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var output = new CommandOutput
        {
            Out = result, Error = error, In = new StringReader(input), InIsTerminal = inIsTerminal, LogLevel = LogLevel.Information,
        };
        var status = await CommandLine.RunAsync(args, output);
        return new(status, result.ToString(), error.ToString());
    }
}
