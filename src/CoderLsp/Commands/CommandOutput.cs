using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
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

    /// <summary>Whether the terminals take escape sequences.</summary>
    public AnsiSupport Ansi { get; init; } = AnsiSupport.Detect;

    /// <summary>Whether the user wants no colour (https://no-color.org): the variable is there and not empty, whatever its value.</summary>
    public bool NoColor { get; init; } = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };

    /// <summary>Calls an action, instead of ending the program, when Ctrl-C is pressed; until what it returns is disposed of.</summary>
    public Func<Action, IDisposable> OnInterrupt { get; init; } = action => PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
    {
        signal.Cancel = true;
        action();
    });

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
            In = new StreamReader(OpenLines(), new UTF8Encoding(false)),
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = terminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            // A pseudo-terminal that nobody gave a size says 0.
            Width = !terminal ? int.MaxValue : Console.WindowWidth is > 0 and var width ? width : 80,
        };
    }

    // The console's own stream edits lines by itself, and keeps what was typed before a Ctrl-C: a Unix terminal knows better.
    static Stream OpenLines() => Console.IsInputRedirected || OperatingSystem.IsWindows()
        ? Console.OpenStandardInput() : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);

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
    public void Write(params IEnumerable<IRenderable> parts) => Write(parts, Width);

    /// <summary>Lines as long as they are: a terminal wraps them, and copies them unbroken.</summary>
    public void WriteLines(IEnumerable<Paragraph> lines) => Write(lines.SelectMany(line => new IRenderable[] { line, Text.NewLine }), int.MaxValue);

    void Write(IEnumerable<IRenderable> parts, int width)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = Spectre(OutIsTerminal ? Out : text, OutIsTerminal, width);
        foreach (var part in parts) console.Write(part);
        // The cells' padding means nothing to whatever else reads it.
        if (!OutIsTerminal) Out.Write(string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd())));
    }

    /// <summary>Runs <paramref name="work"/>, on a terminal with a turning sign on <see cref="Error"/>.</summary>
    public Task<T> WithStatusAsync<T>(string text, Func<Task<T>> work) => WithStatusAsync(text, _ => work());

    /// <summary>The same for work that says how far it is: it is given what changes the text.</summary>
    public async Task<T> WithStatusAsync<T>(string text, Func<Action<string>, Task<T>> work)
    {
        if (!ErrorIsTerminal) return await work(_ => { });
        var console = Spectre(Error, true, Width);
        // A terminal that cannot go back would be filled with them.
        if (!console.Profile.Capabilities.Ansi) return await work(_ => { });
        return await console.Status().StartAsync(Markup.Escape(text), status => work(now => status.Status(Markup.Escape(now))));
    }

    IAnsiConsole Spectre(TextWriter writer, bool terminal, int width)
    {
        var plain = !terminal || NoColor;
        var console = AnsiConsole.Create(new()
        {
            Ansi = terminal ? Ansi : AnsiSupport.No,
            ColorSystem = plain ? ColorSystemSupport.NoColors : Ansi == AnsiSupport.Yes ? ColorSystemSupport.Standard : ColorSystemSupport.Detect,
            Interactive = terminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        // Without a terminal a wrapped cell would only break what reads the table.
        console.Profile.Width = Math.Min(width, 4096);
        return console;
    }
}
