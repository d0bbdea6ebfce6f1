using System.Diagnostics;
using System.Text;
using CoderLsp.TestSupport;

namespace CoderLsp.EndToEnd.Tests;

/// <summary>The chat at a pseudo-terminal, which <c>script</c> makes: what is written to it is typed, Ctrl-C too.</summary>
[Trait("Needs", "Shared")]
public sealed class ChatTerminalTests : IDisposable
{
    const string CtrlC = "\x03";

    readonly StringBuilder _shown = new();
    int _seen;

    // Where the settings of whoever runs the tests are not found.
    readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("coderlsp-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task Ctrl_C_at_a_real_terminal_stops_the_answer_and_not_the_chat()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The script of other systems takes other options.");
        var model = TestData.Shared("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
        // Who runs the tests in the background of a script makes them ignore Ctrl-C, and all that they start with them: env takes that back.
        // script asks $SHELL, or /bin/sh, to start the chat. Some shells stay beside it and die of the Ctrl-C, the terminal with them: hence exec.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "script", "-qec",
            $"exec '{ServerProcess.Executable}' chat --chat-model '{model}' --threads 1 --max-tokens 4096", "/dev/null"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = _home.FullName,
        };
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("CODERLSP_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(variable);
        start.Environment["HOME"] = start.Environment["XDG_CONFIG_HOME"] = start.Environment["XDG_DATA_HOME"] = _home.FullName;
        start.Environment["TERM"] = "xterm-256color";
        using var terminal = Process.Start(start)!;
        var reading = Task.Run(() => ReadAsync(terminal.StandardOutput));

        await ShownAsync("> ");
        await TypeAsync(terminal, "Write a very long story in one hundred paragraphs.\n");
        await ShownAsync("Answering");
        await TypeAsync(terminal, CtrlC);
        await ShownAsync("Stopped.");
        await ShownAsync("> ");
        // What was typed before Ctrl-C is gone.
        await TypeAsync(terminal, "half a line");
        await ShownAsync("half a line");
        await TypeAsync(terminal, CtrlC);
        await ShownAsync("Press Ctrl-C again to leave, or Ctrl-D, or type /exit.");
        await ShownAsync("> ");
        await TypeAsync(terminal, "/nothing\n");
        await ShownAsync("There is no /nothing. /help lists what there is.");
        await ShownAsync("> ");
        await TypeAsync(terminal, CtrlC);
        await ShownAsync("Press Ctrl-C again to leave");
        await ShownAsync("> ");
        await TypeAsync(terminal, CtrlC);
        await terminal.WaitForExitAsync(TestContext.Current.CancellationToken);
        await reading;
        terminal.ExitCode.ShouldBe(0, Shown);
    }

    string Shown
    {
        get
        {
            lock (_shown) return _shown.ToString();
        }
    }

    static async Task TypeAsync(Process terminal, string text)
    {
        await terminal.StandardInput.WriteAsync(text);
        await terminal.StandardInput.FlushAsync();
    }

    async Task ReadAsync(StreamReader output)
    {
        var buffer = new char[1024];
        for (int count; (count = await output.ReadAsync(buffer)) > 0;)
            lock (_shown) _shown.Append(buffer, 0, count);
    }

    /// <summary>Waits for a text behind what was waited for before.</summary>
    async Task ShownAsync(string text)
    {
        var patience = Stopwatch.StartNew();
        for (int found; ; await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            if ((found = Shown.IndexOf(text, _seen, StringComparison.Ordinal)) >= 0)
            {
                _seen = found + text.Length;
                return;
            }
            if (patience.Elapsed > TimeSpan.FromMinutes(3)) throw new TimeoutException($"'{text}' was not shown. The terminal shows: {Shown[_seen..]}");
        }
    }
}
