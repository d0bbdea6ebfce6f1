using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CoderLsp.Commands.Actions;
using CoderLsp.Tests.Lsp;

namespace CoderLsp.Tests.Commands;

public sealed class EditCommandTests : IDisposable
{
    const string Source = "def add(a, b):\n    sum = a + b\n    return sum\n\nprint(add(1, 2))\n";
    const string Changed = "def add(a, b):\n    return a + b\n\nprint(add(1, 2))\n";
    const string Reply = "Shorter:\n\n```python\ndef add(a, b):\n    return a + b\n```\n";

    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\n", false)]
    [InlineData("\r\n", false)]
    [InlineData("\n", true)]
    [InlineData("\r\n", true)]
    public async Task Git_applies_what_is_printed(string lineEnd, bool mark)
    {
        byte[] Bytes(string text) => [.. mark ? Encoding.UTF8.Preamble : [], .. Encoding.UTF8.GetBytes(text.ReplaceLineEndings(lineEnd))];
        Git("init", "-q");
        Git("config", "core.autocrlf", "false");
        var file = _folder.Write("src/my sums.py", Bytes(Source));
        var run = new ActionRun(new ScriptedChatModel(Reply));
        (await run.RunAsync("edit", $"{file}:1-3", "Make it shorter.", "--chat-model", "scripted")).ShouldBe(0, run.Error);
        run.Out.ShouldStartWith("--- a/src/my sums.py");
        File.ReadAllBytes(file).ShouldBe(Bytes(Source));
        GitReading(run.Out, "apply", "-");
        File.ReadAllBytes(file).ShouldBe(Bytes(Changed));
    }

    [Fact]
    public void A_diff_names_a_file_from_the_current_folder_or_from_its_project()
    {
        _folder.Write(".git/HEAD", "");
        var file = _folder.Write("src/deep/a.py", Source);
        ProjectFiles.NameOf(file, Path.Combine(_folder.Path, "src")).ShouldBe("deep/a.py");
        ProjectFiles.NameOf(file, Path.Combine(_folder.Path, "other")).ShouldBe("src/deep/a.py");
    }

    [Theory]
    [InlineData("utf-8", "\r\n")]
    [InlineData("utf-8 with a mark", "\n")]
    [InlineData("utf-16", "\r\n")]
    public async Task Apply_writes_the_file_as_it_was_encoded(string encoding, string lineEnd)
    {
        Encoding with = encoding switch { "utf-8" => new UTF8Encoding(false), "utf-16" => Encoding.Unicode, _ => Encoding.UTF8 };
        byte[] Bytes(string text) => [.. with.Preamble, .. with.GetBytes(text.ReplaceLineEndings(lineEnd))];
        var file = _folder.Write("a.py", Bytes(Source));
        var run = new ActionRun(new ScriptedChatModel(Reply));
        (await run.RunAsync("edit", $"{file}:1-3", "Make it shorter.", "--chat-model", "scripted", "--apply")).ShouldBe(0, run.Error);
        File.ReadAllBytes(file).ShouldBe(Bytes(Changed));
        run.Out.ShouldContain("-    sum = a + b");
        Directory.GetFiles(_folder.Path).ShouldBe([file]);
    }

    [Fact]
    public async Task A_link_in_the_current_folder_is_followed()
    {
        var file = _folder.Write("a.py", Source);
        var link = $"link-{Guid.NewGuid():N}.py";
        try
        {
            File.CreateSymbolicLink(link, Path.GetRelativePath(Environment.CurrentDirectory, file));
            var run = new ActionRun(new ScriptedChatModel(Reply));
            (await run.RunAsync("edit", $"{link}:1-3", "x", "--chat-model", "scripted", "--apply")).ShouldBe(0, run.Error);
            File.ReadAllText(file).ShouldBe(Changed);
        }
        finally
        {
            File.Delete(link);
        }
    }

    [Fact]
    public async Task Permissions_stay_and_a_link_stays_a_link()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has other permissions.");
            return;
        }
        var file = _folder.Write("a.py", Source);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        var mode = File.GetUnixFileMode(file);
        var link = Path.Combine(_folder.Path, "link.py");
        File.CreateSymbolicLink(link, "a.py");
        (await new ActionRun(new ScriptedChatModel(Reply)).RunAsync("edit", $"{link}:1-3", "x", "--chat-model", "scripted", "--apply")).ShouldBe(0);
        File.ReadAllText(file).ShouldBe(Changed);
        File.GetUnixFileMode(file).ShouldBe(mode);
        new FileInfo(link).LinkTarget.ShouldBe("a.py");
    }

    [Fact]
    public async Task A_file_that_changed_meanwhile_is_left_alone()
    {
        var file = _folder.Write("a.py", Source);
        var model = new ScriptedChatModel((_, _) =>
        {
            File.AppendAllText(file, "# mine\n");
            return new[] { Reply }.ToAsyncEnumerable();
        });
        var run = new ActionRun(model);
        (await run.RunAsync("edit", $"{file}:1-3", "x", "--chat-model", "scripted", "--apply")).ShouldBe(1);
        run.Error.ShouldBe("coderlsp: The document has changed meanwhile, so nothing was applied. Try again.\n");
        run.Out.ShouldBeEmpty();
        File.ReadAllText(file).ShouldBe(Source + "# mine\n");
    }

    [Fact]
    public async Task A_file_with_bytes_that_are_no_text_is_not_written()
    {
        var file = _folder.Write("a.py", [.. Encoding.UTF8.GetBytes(Source), 0xE9, (byte)'\n']);
        var run = new ActionRun(new ScriptedChatModel(Reply));
        (await run.RunAsync("edit", $"{file}:1-3", "x", "--chat-model", "scripted", "--apply")).ShouldBe(1);
        run.Error.ShouldContain("is not in UTF-8");
        File.ReadAllBytes(file)[^2].ShouldBe((byte)0xE9);
    }

    [Theory]
    [InlineData("I would not change it.", "The model answered with prose and no code")]
    [InlineData("```python\ndef add(a, b):\n    sum = a + b\n    return sum\n```", "The model suggests no change.")]
    [InlineData("", "The model gave no answer.")]
    public async Task An_answer_that_changes_nothing_is_said_and_changes_nothing(string reply, string message)
    {
        var file = _folder.Write("a.py", Source);
        var run = new ActionRun(new ScriptedChatModel(reply));
        (await run.RunAsync("edit", $"{file}:1-3", "x", "--chat-model", "scripted", "--apply")).ShouldBe(1);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldStartWith($"coderlsp: {message}");
        File.ReadAllText(file).ShouldBe(Source);
    }

    [Fact]
    public async Task The_name_of_a_ready_instruction_stands_for_it()
    {
        var file = _folder.Write("a.py", Source);
        var model = new ScriptedChatModel(Reply);
        (await new ActionRun(model).RunAsync("edit", $"{file}:1-3", "Simplify", "--chat-model", "scripted")).ShouldBe(0);
        model.Asked[^1].Text.ShouldContain("Simplify the selected code. Keep what it does exactly as it is.");
        (await new ActionRun(model).RunAsync("edit", $"{file}:1-3", "simplify a bit", "--chat-model", "scripted")).ShouldBe(0);
        model.Asked[^1].Text.ShouldNotContain("Keep what it does");
    }

    [Fact]
    public async Task On_a_terminal_the_diff_is_in_colour_and_its_lines_unbroken()
    {
        var file = _folder.Write("a.py", Source);
        var model = new ScriptedChatModel("```python\ndef add(a, b):\n    return a + b # and a long remark, longer than this terminal is wide\n```");
        var run = new ActionRun(model) { OutIsTerminal = true, Width = 40 };
        (await run.RunAsync("edit", $"{file}:1-3", "x", "--chat-model", "scripted")).ShouldBe(0);
        run.Out.ShouldContain("-    sum = a + b\e[0m\n");
        run.Out.ShouldContain("+    return a + b # and a long remark, longer than this terminal is wide\e[0m\n");
    }

    [Fact]
    public async Task Where_no_colour_is_wanted_there_is_none()
    {
        var file = _folder.Write("a.py", Source);
        var run = new ActionRun(new ScriptedChatModel(Reply)) { OutIsTerminal = true, NoColor = true };
        (await run.RunAsync("edit", $"{file}:1-3", "x", "--chat-model", "scripted")).ShouldBe(0);
        run.Out.ShouldContain("\n-    sum = a + b\n");
    }

    [Fact]
    public async Task The_JSON_has_the_diff_and_whether_it_was_applied()
    {
        var file = _folder.Write("a.py", Source);
        var run = new ActionRun(new ScriptedChatModel(Reply));
        (await run.RunAsync("edit", $"{file}:1-3", "x", "--chat-model", "scripted", "--json")).ShouldBe(0);
        var json = JsonDocument.Parse(run.Out).RootElement;
        json.EnumerateObject().Select(property => property.Name).ShouldBe(["diff", "applied", "cutOff", "tokens", "milliseconds", "model", "prompt"]);
        json.GetProperty("diff").GetString()!.ShouldContain("-    sum = a + b\n");
        json.GetProperty("applied").GetBoolean().ShouldBeFalse();
    }

    void Git(params string[] args) => GitReading("", args);

    void GitReading(string input, params string[] args)
    {
        using var git = Process.Start(new ProcessStartInfo("git", args)
        {
            WorkingDirectory = _folder.Path, RedirectStandardInput = true, RedirectStandardError = true,
        })!;
        // As it was printed: no byte order mark of the pipe's own.
        git.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(input));
        git.StandardInput.Close();
        var errors = git.StandardError.ReadToEnd();
        git.WaitForExit();
        git.ExitCode.ShouldBe(0, errors);
    }
}
