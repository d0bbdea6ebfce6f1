using System.Text;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CoderLsp.Commands;

/// <summary>
/// The only place that touches the console. Results go to <see cref="Out"/>, everything else to <see cref="Error"/>; colour and
/// progress are for terminals only.
/// </summary>
sealed class CommandOutput
{
    /// <summary>Where results go; UTF-8 whatever the locale says, because other programs read it.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where progress, warnings and errors go.</summary>
    public required TextWriter Error { get; init; }

    public required TextReader In { get; init; }

    public bool InIsTerminal { get; init; }

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of the terminal; tables elsewhere are never wrapped.</summary>
    public int Width { get; init; } = int.MaxValue;

    /// <summary>What is logged to <see cref="Error"/>; set once the settings are read.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

#pragma warning disable RS0030 // This class owns the console on behalf of all commands.
    public static CommandOutput ForProcess()
    {
        var terminal = !Console.IsOutputRedirected;
        // A Windows terminal shows UTF-8 only when it is told to.
        if (OperatingSystem.IsWindows() && terminal) Console.OutputEncoding = Encoding.UTF8;
        return new()
        {
            Out = Writer(Console.OpenStandardOutput()),
            Error = Writer(Console.OpenStandardError()),
            In = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false)),
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = terminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            // A pseudo-terminal that nobody gave a size says 0.
            Width = !terminal ? int.MaxValue : Console.WindowWidth is > 0 and var width ? width : 80,
        };
    }

    /// <summary>Standard input as bytes, for the language server.</summary>
    public static Stream OpenInput() => Console.OpenStandardInput();

    /// <summary>Standard output as bytes, for the language server, which is then its only writer.</summary>
    public static Stream OpenOutput() => Console.OpenStandardOutput();
#pragma warning restore RS0030

    static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };

    /// <summary>A line to <see cref="Error"/> when <paramref name="level"/> is wanted.</summary>
    public void Log(LogLevel level, string message)
    {
        if (level < LogLevel || level == LogLevel.None) return;
        Error.WriteLine(level >= LogLevel.Warning ? $"coderlsp: {level.ToString().ToLowerInvariant()}: {message}" : message);
    }

    /// <summary>Writes tables and the like to <see cref="Out"/>, in colour on a terminal unless NO_COLOR is set.</summary>
    public void Write(params IEnumerable<IRenderable> parts)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = Spectre(OutIsTerminal ? Out : text, OutIsTerminal);
        foreach (var part in parts) console.Write(part);
        // The cells' padding means nothing to whatever else reads it.
        if (!OutIsTerminal) Out.Write(string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd())));
    }

    /// <summary>Runs <paramref name="work"/>, on a terminal with a turning sign on <see cref="Error"/>.</summary>
    public async Task<T> WithStatusAsync<T>(string text, Func<Task<T>> work) =>
        ErrorIsTerminal ? await Spectre(Error, true).Status().StartAsync(Markup.Escape(text), _ => work()) : await work();

    IAnsiConsole Spectre(TextWriter writer, bool terminal)
    {
        // https://no-color.org: present and not empty, whatever its value.
        var plain = !terminal || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        var console = AnsiConsole.Create(new()
        {
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = terminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        // Without a terminal a wrapped cell would only break what reads the table.
        console.Profile.Width = Math.Min(Width, 4096);
        return console;
    }
}
