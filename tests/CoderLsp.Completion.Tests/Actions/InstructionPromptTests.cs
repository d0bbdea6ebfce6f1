using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Actions.Instructions;
using CoderLsp.Completion.Documents;
using Microsoft.Extensions.AI;

namespace CoderLsp.Completion.Tests.Actions;

public class InstructionPromptTests
{
    static readonly TextSnapshot Document = new("file:///home/me/My%20App/Calc.cs", "csharp", 1,
        "using System;\r\n\r\nclass Calc\r\n{\r\n    // Sum.\r\n    int Add(int a, int b)\r\n    {\r\n        return a + c;\r\n    }\r\n}\r\n");

    static readonly TextRange Body = new(new(7, 10), new(7, 15));

    static InstructionPrompt Build(ActionRequest request, ActionOptions? options = null, int contextTokens = 4096) =>
        new InstructionPromptBuilder(new FakeChatModel(contextTokens: contextTokens), options ?? new()).Build(request);

    static string UserText(InstructionPrompt prompt) => prompt.Messages.Single(message => message.Role == ChatRole.User).Text;

    [Fact]
    public void Fixing_shows_related_files_the_file_the_selected_lines_and_the_problem()
    {
        var prompt = Build(new(ActionTable.Fix, Document, Body)
        {
            Diagnostics =
            [
                new(new(new(7, 19), new(7, 20)), DiagnosticSeverity.Error, "The name 'c' does\nnot exist", "CS0103", "csharp"),
                new(new(new(0, 0), new(0, 5)), DiagnosticSeverity.Hint, "far away"),
            ],
            RelatedFiles = [new("src/Other.py", "def other():\n    return '```'\n")],
        });

        UserText(prompt).ShouldBe("""
            Related file src/Other.py:
            ````python
            def other():
                return '```'
            ````

            The file Calc.cs (C#), with <SELECTED CODE> in the place of the selected code:
            ```csharp
            using System;

            class Calc
            {
                // Sum.
                int Add(int a, int b)
                {
            <SELECTED CODE>
                }
            }
            ```

            The selected code in Calc.cs (C#):
            ```csharp
                    return a + c;
            ```

            Reported problems:
            - error CS0103 at `return a + c;`: The name 'c' does not exist

            Fix the reported problem in the selected code. Change nothing else.
            Answer with one ```csharp code block that replaces the selected code, nothing else.
            """);
        prompt.Messages.Count.ShouldBe(1); // the system text is the model family's
        prompt.Range.ShouldBe(new(new(7, 0), new(7, 21)));
        prompt.Parts.Select(part => (part.Name, part.Path)).ShouldBe(
            [("related", "src/Other.py"), ("file", "Calc.cs"), ("selection", "Calc.cs"), ("problems", null), ("instruction", null)]);
    }

    [Fact]
    public void Explaining_marks_the_very_selection_and_asks_for_Markdown()
    {
        var prompt = Build(new(ActionTable.Explain, new("untitled:Untitled-1", "", 1, "a = b + c\nd"), new(new(0, 4), new(0, 9))), new() { SystemPrompt = " Be kind. " });

        prompt.Messages[0].Role.ShouldBe(ChatRole.System);
        prompt.Messages[0].Text.ShouldBe("Be kind.");
        UserText(prompt).ShouldBe("""
            The file Untitled-1, with <SELECTED CODE> in the place of the selected code:
            ```
            a = <SELECTED CODE>
            d
            ```

            The selected code in Untitled-1:
            ```
            b + c
            ```

            Explain what the selected code does, step by step, and what to watch out for. Be short.
            Answer in Markdown.
            """);
        prompt.Parts[0].ShouldBe(new("system", null, 3));
    }

    [Fact]
    public void Definitions_of_what_the_selection_uses_come_first_and_say_where_they_are_from()
    {
        var prompt = Build(new(ActionTable.Explain, new("file:///shop/use.py", "python", 1, "total = rate_of(\"NL\")\n"), new(new(0, 0), new(0, 21)))
        {
            RelatedFiles =
            [
                new("tax/rates.py", "def rate_of(country):\n    return TABLE[country]\n") { Lines = (4, 5), Reason = "defines rate_of, which the selection uses" },
                new("tax/table.py", "TABLE = {}\n") { Reason = "imported in line 1" },
            ],
        });

        UserText(prompt).ShouldBe("""
            Defined in tax/rates.py:
            ```python
            def rate_of(country):
                return TABLE[country]
            ```

            Related file tax/table.py:
            ```python
            TABLE = {}
            ```

            The selected code in use.py (Python):
            ```python
            total = rate_of("NL")
            ```

            Explain what the selected code does, step by step, and what to watch out for. Be short.
            Answer in Markdown.
            """);
        prompt.Parts[0].ShouldBe(new("definition", "tax/rates.py", prompt.Parts[0].Tokens) { FirstLine = 4, LastLine = 5, Reason = "defines rate_of, which the selection uses" });
        prompt.Parts[1].ShouldBe(new("related", "tax/table.py", prompt.Parts[1].Tokens) { Reason = "imported in line 1" });
    }

    [Fact]
    public void Of_several_definitions_those_that_fit_are_taken()
    {
        var request = new ActionRequest(ActionTable.Document, Document, Body)
        {
            RelatedFiles = [.. Enumerable.Range(0, 6).Select(i => new RelatedFile($"f{i}.cs", string.Concat(Enumerable.Repeat($"int F{i}(int a);\n", i == 1 ? 200 : 10))) { Lines = (1, 10) })],
        };
        Build(request, new() { MaxContextTokens = 400 }).Parts.Where(part => part.Name == "definition").Select(part => part.Path).ShouldBe(["f0.cs", "f2.cs"]);
    }

    [Fact]
    public void A_whole_file_and_an_own_instruction_are_short()
    {
        var snapshot = new TextSnapshot("file:///README.md", "markdown", 1, "```sh\nls\n```\n");

        UserText(Build(new(ActionTable.Instruct, snapshot, new(default, new(3, 0))) { Instruction = "  Add a title.\r\n" })).ShouldBe("""
            The selected code in README.md (Markdown):
            ````markdown
            ```sh
            ls
            ```
            ````

            Add a title.
            Answer with one ````markdown code block that replaces the selected code, nothing else.
            """);
    }

    [Fact]
    public void Where_the_file_does_not_fit_its_rest_is_an_outline()
    {
        var methods = string.Concat(Enumerable.Range(0, 60).Select(i => $"    /// Doc.\n    int M{i}(int a)\n    {{\n        if (a > {i})\n        {{\n            return {i};\n        }}\n    }}\n\n"));
        var snapshot = new TextSnapshot("file:///A.cs", "csharp", 1, $"class A\n{{\n{methods}}}\n");
        var range = new TextRange(new(2 + 30 * 9, 0), new(2 + 30 * 9 + 7, 5));

        var text = UserText(Build(new(ActionTable.Tests, snapshot, range), new() { MaxTokens = 100 }, contextTokens: 1000));

        text.ShouldContain("    int M29(int a)\n    {\n        if (a > 29)");
        text.ShouldContain("\n<SELECTED CODE>\n");
        text.ShouldContain("Also in A.cs:\n```csharp\n");
        var outline = text[text.IndexOf("Also in")..text.IndexOf("The selected")];
        outline.ShouldContain("    int M25(int a)\n");
        outline.ShouldNotContain("int M29");
        outline.ShouldNotContain("if");
        text.ShouldEndWith("Answer with one ```csharp code block that holds the whole new file, nothing else.");
    }

    [Fact]
    public void What_cannot_be_asked_is_said_with_the_numbers()
    {
        var large = new TextSnapshot("file:///A.cs", "csharp", 1, string.Concat(Enumerable.Repeat("word;\n", 400)));
        var all = new TextRange(default, new(400, 0));

        Should.Throw<ActionFailedException>(() => Build(new(ActionTable.Explain, large, all), contextTokens: 1024)).Message
            .ShouldBe("The selected code does not fit: with the instruction it has 1250 tokens, and the model has room for 384 of its 1024 " +
                "(the rest is for the answer). Select less, or lower chat.maxTokens.");
        Should.Throw<ActionFailedException>(() => Build(new(ActionTable.Simplify, large, all))).Message
            .ShouldStartWith("The selected code has 1199 tokens, but an answer that replaces it may have 1024 only.");
        Should.Throw<ActionFailedException>(() => Build(new(ActionTable.Simplify, Document, TextRange.At(default)))).Failure.ShouldBe(ActionFailure.NothingSelected);
        Should.Throw<ActionFailedException>(() => Build(new(ActionTable.Instruct, Document, Body) { Instruction = " " })).Failure
            .ShouldBe(ActionFailure.NoInstruction);
    }

    [Fact]
    public void An_instruction_prompt_stays_within_its_budget_and_is_the_same_again()
    {
        string[] pieces = ["foo bar ", "\n", "{\n", "}\n", "    ", "漢字", "😀", "\uD800", "```\n", "void F(int a)\n", "\r\n", "x;", "\t", "class A {\n", "long " + new string('y', 300)];
        var random = new Random(9);
        var built = 0;
        for (var i = 0; i < 300; i++)
        {
            var snapshot = new TextSnapshot("file:///a", random.Next(2) == 0 ? "csharp" : "python", 1, RandomText(400));
            var (a, b) = (snapshot.PositionOf(random.Next(snapshot.Length + 1)), snapshot.PositionOf(random.Next(snapshot.Length + 1)));
            var end = random.Next(3) == 0 ? b : new TextPosition(Math.Min(a.Line + 2, snapshot.LineCount - 1), 3);
            var action = ActionTable.All[random.Next(ActionTable.All.Count)];
            var request = new ActionRequest(action, snapshot, a < end ? new(a, end) : new(end, a))
            {
                Instruction = action.Instruction ?? "do it",
                Diagnostics = [.. Enumerable.Range(0, random.Next(5)).Select(n => new CodeDiagnostic(new(a, a), DiagnosticSeverity.Warning, RandomText(20)))],
                RelatedFiles = [.. Enumerable.Range(0, random.Next(4)).Select(n => new RelatedFile($"f{n}.go", RandomText(100)))],
            };
            var options = new ActionOptions { MaxTokens = random.Next(1, 600), SystemPrompt = random.Next(2) == 0 ? null : "You help." };
            var model = new FakeChatModel(contextTokens: random.Next(200, 3000));
            var builder = new InstructionPromptBuilder(model, options);
            InstructionPrompt prompt;
            try
            {
                prompt = builder.Build(request);
            }
            catch (ActionFailedException)
            {
                continue;
            }
            built++;
            var text = prompt.Messages.Select(message => message.Text).ToList();
            (text.Sum(t => model.CountTokens(t)) + builder.MaxAnswerTokens).ShouldBeLessThanOrEqualTo(model.ContextTokens);
            builder.Build(request).Messages.Select(message => message.Text).ShouldBe(text);
            text[^1].ShouldContain(snapshot.Slice(snapshot.OffsetOf(prompt.Range.Start), snapshot.OffsetOf(prompt.Range.End)).ToString().Replace("\r\n", "\n"));
        }
        built.ShouldBeGreaterThan(100);

        string RandomText(int most) => string.Concat(Enumerable.Range(0, random.Next(most)).Select(_ => pieces[random.Next(pieces.Length)]));
    }
}
