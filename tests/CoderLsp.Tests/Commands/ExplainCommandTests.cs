using System.Text.Json;
using CoderLsp.Tests.Lsp;

namespace CoderLsp.Tests.Commands;

public sealed class ExplainCommandTests : IDisposable
{
    const string Source = "import os\n\ndef add(a, b):\n    return a + b\n";
    const string Markdown = "# Sum\n\nIt **adds** `a` and `b`.\n\n```python\nreturn a + b  # sum\n```\n";

    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task To_a_pipe_goes_the_answer_as_it_is()
    {
        var model = new ScriptedChatModel([.. Markdown.Chunk(3).Select(piece => new string(piece))]);
        var run = new ActionRun(model);
        (await run.RunAsync("explain", $"{_folder.Write("a.py", Source)}:3-4", "--chat-model", "scripted")).ShouldBe(0);
        run.Out.ShouldBe(Markdown);
        run.Error.ShouldBeEmpty();
        model.Asked[^1].Text.ShouldContain("def add(a, b):\n    return a + b");
        model.Options!.MaxOutputTokens.ShouldBe(1024);
    }

    [Fact]
    public async Task An_answer_ends_with_a_line_break_whatever_the_model_says()
    {
        var run = new ActionRun(new ScriptedChatModel("It adds."));
        (await run.RunAsync("explain", _folder.Write("a.py", Source), "--chat-model", "scripted")).ShouldBe(0);
        run.Out.ShouldBe("It adds.\n");
    }

    [Fact]
    public async Task A_line_means_the_function_around_it_and_the_length_can_be_set()
    {
        var model = new ScriptedChatModel("It adds.");
        var run = new ActionRun(model);
        (await run.RunAsync("explain", $"{_folder.Write("a.py", Source)}:4", "--chat-model", "scripted", "--max-tokens", "77")).ShouldBe(0);
        model.Asked[^1].Text.ShouldContain("def add(a, b):\n    return a + b");
        model.Options!.MaxOutputTokens.ShouldBe(77);
    }

    [Fact]
    public async Task On_a_terminal_Markdown_is_rendered_in_colour()
    {
        var run = new ActionRun(new ScriptedChatModel([.. Markdown.Chunk(5).Select(piece => new string(piece))])) { OutIsTerminal = true };
        (await run.RunAsync("explain", $"{_folder.Write("a.py", Source)}:3-4", "--chat-model", "scripted")).ShouldBe(0);
        run.Out.ShouldContain("\e[1madds\e[0m");
        run.Out.ShouldNotContain("**");
        run.Out.ShouldNotContain("```");
        System.Text.RegularExpressions.Regex.Replace(run.Out, "\e\\[[0-9;]*m", "").ShouldBe(
            "Sum\n\nIt adds a and b.\n\n  return a + b  # sum\n");
    }

    [Fact]
    public async Task The_JSON_has_the_text_its_cost_and_the_parts_of_the_prompt()
    {
        var run = new ActionRun(new ScriptedChatModel("It ", "adds."));
        (await run.RunAsync("explain", $"{_folder.Write("a.py", Source)}:3-4", "--chat-model", "scripted", "--json")).ShouldBe(0);
        var json = JsonDocument.Parse(run.Out).RootElement;
        json.EnumerateObject().Select(property => property.Name).ShouldBe(["text", "cutOff", "tokens", "milliseconds", "model", "prompt"]);
        json.GetProperty("text").GetString().ShouldBe("It adds.");
        json.GetProperty("tokens").GetProperty("generated").GetInt32().ShouldBe(8);
        json.GetProperty("tokens").GetProperty("cached").GetInt32().ShouldBe(3);
        json.GetProperty("milliseconds").EnumerateObject().Select(property => property.Name).ShouldBe(["load", "answer"]);
        json.GetProperty("model").GetString().ShouldBe("scripted chat");
        json.GetProperty("prompt").EnumerateArray().Select(part => part.GetProperty("name").GetString()).ShouldContain("selection");
    }

    [Fact]
    public async Task The_prompts_parts_are_shown_beside_the_answer()
    {
        var run = new ActionRun(new ScriptedChatModel("It adds."));
        (await run.RunAsync("explain", $"{_folder.Write("a.py", Source)}:3-4", "--chat-model", "scripted", "--explain-prompt")).ShouldBe(0);
        run.Out.ShouldBe("It adds.\n");
        run.Error.ShouldMatch(@"^prompt: \d+ tokens, without those of the model's template\n");
        run.Error.ShouldMatch(@"\n  selection +\d+  a\.py\n");
    }

    [Fact]
    public async Task Imported_files_go_along_but_never_secrets_or_ignored_ones()
    {
        _folder.Write(".git/HEAD", "ref: refs/heads/main\n");
        _folder.Write(".gitignore", "hidden.py\n");
        _folder.Write("sums.py", "SUM = 1 # from sums\n");
        _folder.Write("hidden.py", "HIDDEN = 1\n");
        _folder.Write("secrets.py", "SECRET = 1\n");
        var file = _folder.Write("a.py", "import sums\nimport hidden\nimport secrets\n\ndef f():\n    return sums.SUM\n");
        var model = new ScriptedChatModel("It sums.");
        var run = new ActionRun(model);
        (await run.RunAsync("explain", $"{file}:5-6", "--chat-model", "scripted")).ShouldBe(0);
        var asked = string.Join('\n', model.Asked.Select(message => message.Text));
        asked.ShouldContain("SUM = 1 # from sums");
        asked.ShouldNotContain("HIDDEN = 1");
        asked.ShouldNotContain("SECRET = 1");
    }

    [Fact]
    public async Task Definitions_of_what_the_lines_use_go_along_and_are_listed()
    {
        _folder.Write(".git/HEAD", "ref: refs/heads/main\n");
        _folder.Write("tax/rates.py", "def rate_of(country):\n    return 21\n");
        var file = _folder.Write("src/a.py", "import os\n\ndef total(price):\n    return price * rate_of('NL')\n");
        var model = new ScriptedChatModel("It sums.");
        var run = new ActionRun(model);
        (await run.RunAsync("explain", $"{file}:3-4", "--chat-model", "scripted", "--explain-prompt")).ShouldBe(0);
        model.Asked[^1].Text.ShouldStartWith("Defined in tax/rates.py:\n```python\ndef rate_of(country):\n    return 21\n```\n\nThe file a.py (Python)");
        run.Error.ShouldMatch(@"\n  definition +\d+  tax/rates\.py:1-2  defines rate_of, which the selection uses\n");
    }

    [Fact]
    public async Task A_secret_that_the_user_names_himself_is_explained()
    {
        var model = new ScriptedChatModel("A setting.");
        (await new ActionRun(model).RunAsync("explain", $"{_folder.Write(".env", "KEY=value\n")}:1-1", "--chat-model", "scripted")).ShouldBe(0);
        model.Asked[^1].Text.ShouldContain("KEY=value");
    }

    [Fact]
    public async Task Without_a_chat_model_one_sentence_says_how_to_get_one()
    {
        foreach (var args in (string[][])[["explain", $"{_folder.Write("a.py", Source)}:1-2"], ["edit", $"{_folder.Write("a.py", Source)}:1-2", "shorten"], ["chat"]])
        {
            var run = new ActionRun() { In = new StringReader("Hello?") };
            (await run.RunAsync(args)).ShouldBe(1, args[0]);
            run.Out.ShouldBeEmpty();
            run.Error.ShouldStartWith("coderlsp: There is no model for actions and chat: put an instruction model as GGUF");
            run.Error.Count(c => c == '\n').ShouldBe(1);
        }
    }

    [Theory]
    [InlineData(2, "explain")]
    [InlineData(2, "explain", "a.py:4-3")]
    [InlineData(2, "explain", "a.py:1-2", "--max-tokens", "0")]
    [InlineData(2, "edit", "a.py:1-2")]
    [InlineData(2, "edit", "a.py:1-2", "  ")]
    [InlineData(1, "explain", "none.py:1-2")]
    [InlineData(1, "explain", "a.py:1-90")]
    [InlineData(1, "explain", "a.py:2-2")]
    public async Task What_cannot_be_done_is_one_clear_sentence(int status, params string[] args)
    {
        _folder.Write("a.py", Source);
        var run = new ActionRun(new ScriptedChatModel("x"));
        var located = args.Select(arg => arg.Contains(".py", StringComparison.Ordinal) ? Path.Combine(_folder.Path, arg) : arg);
        (await run.RunAsync([.. located, "--chat-model", "scripted"])).ShouldBe(status, run.Error);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldStartWith("coderlsp: ");
        run.Error.ShouldNotContain("Unexpected");
    }
}
