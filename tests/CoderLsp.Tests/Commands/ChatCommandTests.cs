using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CoderLsp.Tests.Lsp;

namespace CoderLsp.Tests.Commands;

public sealed class ChatCommandTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task From_a_pipe_the_whole_input_is_one_question()
    {
        var model = new ScriptedChatModel("**So** it is.");
        var run = new ActionRun(model) { In = new StringReader("Why?\nTell me.\n") };
        (await run.RunAsync("chat", "--chat-model", "scripted", "--file", _folder.Write("a.py", "x = 1\n"), "--file", _folder.Write("b.py", "y = 2\nz = 3\n") + ":2-2"))
            .ShouldBe(0);
        run.Out.ShouldBe("**So** it is.\n");
        run.Error.ShouldBeEmpty();
        model.Asked.ShouldHaveSingleItem().Text.ShouldBe(
            "`a.py`:\n```python\nx = 1\n```\n\n`b.py`, from line 2:\n```python\nz = 3\n```\n\nWhy?\nTell me.");
    }

    [Fact]
    public async Task Two_files_of_one_name_are_both_taken_along()
    {
        _folder.Write(".git/HEAD", "");
        var (one, two) = (_folder.Write("one/a.py", "x = 1\n"), _folder.Write("two/a.py", "y = 2\n"));
        var model = new ScriptedChatModel("So.");
        var run = new ActionRun(model) { In = new StringReader("Why?") };
        (await run.RunAsync("chat", "--chat-model", "scripted", "--file", one, "--file", two, "--file", one)).ShouldBe(0, run.Error);
        model.Asked.ShouldHaveSingleItem().Text.ShouldBe("`two/a.py`:\n```python\ny = 2\n```\n\n`one/a.py`:\n```python\nx = 1\n```\n\nWhy?");
    }

    [Fact]
    public async Task An_empty_input_and_a_file_that_is_not_there_are_clear_errors()
    {
        var run = new ActionRun(new ScriptedChatModel("x")) { In = new StringReader(" \n") };
        (await run.RunAsync("chat", "--chat-model", "scripted")).ShouldBe(1);
        run.Error.ShouldBe("coderlsp: The input is empty. Write a question to it.\n");
        run = new(new ScriptedChatModel("x")) { In = new StringReader("Why?") };
        (await run.RunAsync("chat", "--chat-model", "scripted", "--file", "none.py")).ShouldBe(1);
        run.Error.ShouldBe("coderlsp: There is no file 'none.py'.\n");
    }

    [Fact]
    public async Task What_was_said_is_known_to_the_next_question()
    {
        var asked = new List<string>();
        var model = Recording(asked);
        var run = new ActionRun(model) { InIsTerminal = true, In = new StringReader("One?\nTwo \\\nlines?\n/clear\nThree?\n") };
        (await run.RunAsync("chat", "--chat-model", "scripted")).ShouldBe(0);
        asked.ShouldBe(["user: One?", "user: One?|assistant: Answer 1.|user: Two \nlines?", "user: Three?"]);
        run.Out.ShouldBe("Answer 1.\nAnswer 2.\nAnswer 3.\n");
        run.Error.ShouldStartWith("This is scripted chat. /help says what else you can type, Ctrl-D ends the chat.\n> ");
        run.Error.ShouldContain("… ");
    }

    [Fact]
    public async Task Slash_commands_do_what_they_say_and_errors_do_not_end_the_chat()
    {
        var (first, second) = (new List<string>(), new List<string>());
        var file = _folder.Write("a.py", "x = 1\n");
        var run = new ActionRun(("scripted", Recording(first)), ("other", Recording(second)))
        {
            InIsTerminal = true,
            In = new StringReader($"/file {file}\n/file none.py\n/file\nOne?\n/modle other\n/model none\n/model other\nTwo?\n/help\n/exit\nNever?\n"),
        };
        (await run.RunAsync("chat", "--chat-model", "scripted")).ShouldBe(0);
        first.ShouldBe(["user: `a.py`:\n```python\nx = 1\n```\n\nOne?"]);
        second.ShouldBe(["user: `a.py`:\n```python\nx = 1\n```\n\nOne?|assistant: Answer 1.|user: Two?"]);
        foreach (var said in (string[])["Files: a.py\n", "coderlsp: There is no file 'none.py'.\n", "There is no /modle. Did you mean '/model'? /help lists",
            "coderlsp: There is no model none.\n", "/clear      forgets"]) run.Error.ShouldContain(said);
        run.Error.ShouldNotContain("Unexpected");
    }

    [Fact]
    public async Task The_old_model_goes_before_another_is_loaded_and_comes_back_when_that_one_fails()
    {
        var happened = new List<string>();
        ScriptedChatModel Model(string name) => new((_, _) =>
        {
            happened.Add($"{name} answers");
            return new[] { "So." }.ToAsyncEnumerable();
        }) { Disposed = () => happened.Add($"{name} goes") };
        var run = new ActionRun(("scripted", Model("scripted")), ("other", Model("other")), ("broken", Model("broken")))
        {
            InIsTerminal = true, In = new StringReader("/model other\nOne?\n/model broken\n/model\nTwo?\n/model none\nThree?\n"),
            Loading = name =>
            {
                happened.Add($"{name} comes");
                if (name == "broken") throw new UserException("It is broken.");
            },
        };
        (await run.RunAsync("chat", "--chat-model", "scripted")).ShouldBe(0);
        happened.ShouldBe([
            "scripted comes", "scripted goes", "other comes", "other answers", "other goes", "broken comes", "other comes", "other answers", "other answers",
            "other goes"]);
        run.Error.ShouldContain("The next question goes to scripted chat again.\ncoderlsp: It is broken.\n> This is scripted chat. Write /model NAME");
        run.Error.ShouldContain("coderlsp: There is no model none.\n");
    }

    [Fact]
    public async Task Ctrl_C_stops_the_answer_and_what_was_said_stays_marked_as_cut()
    {
        var asked = new List<string>();
        ActionRun? run = null;
        var model = new ScriptedChatModel((messages, cancellation) =>
        {
            asked.Add(string.Join('|', messages.Select(message => message.Text)));
            return asked.Count == 1 ? EndlessAsync(run!, cancellation) : new[] { "Done." }.ToAsyncEnumerable();
        });
        run = new(model) { InIsTerminal = true, In = new StringReader("Long?\nShort?\n") };
        (await run.RunAsync("chat", "--chat-model", "scripted")).ShouldBe(0);
        run.Out.ShouldBe("It goes on\nDone.\n");
        run.Error.ShouldContain("Stopped.\n");
        asked[1].ShouldBe("Long?|It goes on … (the user stopped the answer here)|Short?");
    }

    [Fact]
    public async Task Ctrl_C_at_the_prompt_says_how_to_leave_and_the_second_one_leaves()
    {
        var lines = new TypedLines();
        var run = new ActionRun(new ScriptedChatModel("Yes.")) { InIsTerminal = true, In = lines };
        var running = run.RunAsync("chat", "--chat-model", "scripted");
        await lines.AskedAsync();
        run.Interrupt();
        await UntilAsync(() => run.Error.EndsWith("Press Ctrl-C again to leave, or Ctrl-D, or type /exit.\n> ", StringComparison.Ordinal));
        lines.Type("Really?");
        await UntilAsync(() => run.Out == "Yes.\n");
        await lines.AskedAsync();
        await UntilAsync(() => run.Error.EndsWith("\n> ", StringComparison.Ordinal) || run.Error.EndsWith("> > ", StringComparison.Ordinal));
        run.Interrupt();
        await UntilAsync(() => run.Error.Split("Press Ctrl-C again").Length == 3 && run.Error.EndsWith("> ", StringComparison.Ordinal));
        run.Interrupt();
        (await running).ShouldBe(0);
    }

    [Fact]
    public async Task Ctrl_C_is_heard_as_soon_as_the_prompt_is_seen()
    {
        ActionRun? run = null;
        run = new(new ScriptedChatModel("Yes."))
        {
            InIsTerminal = true, In = new TypedLines(), Showing = text =>
            {
                if (text == "> ") run!.Interrupt();
            },
        };
        (await run.RunAsync("chat", "--chat-model", "scripted").WaitAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
        run.Error.ShouldEndWith("> \nPress Ctrl-C again to leave, or Ctrl-D, or type /exit.\n> \n");
    }

    [Fact]
    public async Task A_question_too_long_is_refused_and_forgotten()
    {
        var asked = new List<string>();
        var run = new ActionRun(Recording(asked)) { InIsTerminal = true, In = new StringReader(new string('x', 20_000) + "\nShort?\n") };
        (await run.RunAsync("chat", "--chat-model", "scripted")).ShouldBe(0);
        run.Error.ShouldContain("coderlsp: The message has ");
        asked.ShouldBe(["user: Short?"]);
    }

    static ScriptedChatModel Recording(List<string> asked) => new((messages, _) =>
    {
        asked.Add(string.Join('|', messages.Select(message => $"{message.Role}: {message.Text}")));
        return new[] { $"Answer {asked.Count}." }.ToAsyncEnumerable();
    });

    static async IAsyncEnumerable<string> EndlessAsync(ActionRun run, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return "It goes on";
        run.Interrupt();
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    /// <summary>A terminal at which the test types.</summary>
    sealed class TypedLines : TextReader
    {
        readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
        readonly Channel<bool> _asked = Channel.CreateUnbounded<bool>();

        /// <summary>Waits until somebody reads a line.</summary>
        public async Task AskedAsync() => await _asked.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public void Type(string line) => _lines.Writer.TryWrite(line);

        public override string? ReadLine()
        {
            _asked.Writer.TryWrite(true);
            return _lines.Reader.ReadAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
