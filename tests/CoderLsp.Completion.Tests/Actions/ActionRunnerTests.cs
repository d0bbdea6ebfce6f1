using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Actions;

public class ActionRunnerTests
{
    static readonly TextSnapshot Document = new("file:///p/Calc.cs", "csharp", 3, "class Calc\r\n{\r\n    int F()\r\n    {\r\n        return 1;\r\n    }\r\n}\r\n");

    static ActionRequest Request(ActionDefinition action) => new(action, Document, new(new(2, 4), new(6, 0)));

    static ActionRunner Runner(string answer, bool cutOff = false) => new(new FakeChatModel(answer, cutOff), new());

    static Task<ActionFailedException> EditFails(string answer, bool cutOff = false) =>
        Should.ThrowAsync<ActionFailedException>(() => Runner(answer, cutOff).EditAsync(Request(ActionTable.Simplify)));

    [Fact]
    public async Task An_edit_changes_the_fewest_lines_and_says_what_it_cost()
    {
        var pieces = "";
        var answer = "Here:\n```csharp\nint F()\n{\n    return 2;\n}\n```\nAs you see.";

        var result = await Runner(answer).EditAsync(Request(ActionTable.Simplify), piece => pieces += piece);

        result.Edits.ShouldBe([new(new(new(4, 0), new(5, 0)), "        return 2;\r\n")]);
        result.Changed.Text.ShouldBe(Document.Text.Replace("1", "2"));
        pieces.ShouldBe(answer);
        result.Details.Usage!.InputTokenCount.ShouldBe(11);
        result.Details.Parts.Select(part => part.Name).ShouldBe(["file", "selection", "instruction"]);
    }

    [Fact]
    public async Task An_explanation_comes_in_pieces()
    {
        ActionDetails? details = null;
        var pieces = new List<string>();

        await foreach (var piece in Runner("It returns one, always.", cutOff: true).ExplainAsync(Request(ActionTable.Explain), d => details = d)) pieces.Add(piece);

        pieces.Count.ShouldBe(4);
        string.Concat(pieces).ShouldBe("It returns one, always.");
        details!.CutOff.ShouldBeTrue();
    }

    [Fact]
    public async Task Tests_are_a_new_document_with_a_usual_name()
    {
        var document = await Runner("```csharp\nclass CalcTests\n{\n}\n\n```").TestsAsync(Request(ActionTable.Tests));

        document.FileName.ShouldBe("CalcTests.cs");
        document.LanguageId.ShouldBe("csharp");
        document.Text.ShouldBe("class CalcTests\r\n{\r\n}\r\n");
    }

    [Theory]
    [InlineData("file:///p/calc.py", "python", "test_calc.py")]
    [InlineData("file:///p/calc.ts", "typescript", "calc.test.ts")]
    [InlineData("file:///p/calc.go", "go", "calc_test.go")]
    [InlineData("untitled:Untitled-1", "java", "Untitled-1Test")]
    [InlineData("file:///c%3A/p/Calc%20A.java", "java", "Calc ATest.java")]
    [InlineData("", "", "untitled_test")]
    public async Task Names_follow_the_language(string uri, string languageId, string name) =>
        (await Runner("```\nx\n```").TestsAsync(new(ActionTable.Tests, new(uri, languageId, 1, "a"), new(default, new(0, 1))))).FileName.ShouldBe(name);

    [Theory]
    [InlineData("You could inline it.", false, ActionFailure.NoCode)]
    [InlineData("", false, ActionFailure.NoAnswer)]
    [InlineData("```csharp\nint F()\n{", true, ActionFailure.CutOff)]
    [InlineData("Let me think about", true, ActionFailure.CutOff)]
    [InlineData("```csharp\nint F()\n{\n    return 1;\n}\n```", false, ActionFailure.NoChange)]
    public async Task An_answer_that_cannot_be_used_changes_nothing_and_says_so(string answer, bool cutOff, ActionFailure failure) =>
        (await EditFails(answer, cutOff)).Failure.ShouldBe(failure);

    [Fact]
    public async Task The_messages_say_what_to_do()
    {
        (await EditFails("```csharp\nint", cutOff: true)).Message
            .ShouldBe("The answer was cut off at its limit of 1024 tokens, so nothing was changed. Select less, or raise chat.maxTokens.");
        var prose = await EditFails("No.");
        prose.Message.ShouldBe("The model answered with prose and no code, so nothing was changed. Try again, or say it in other words.");
        prose.Answer.ShouldBe("No.");
        NoChatModel.Explanation("/models").ShouldContain("into the folder /models and set chatModel");
    }

    [Fact]
    public async Task A_limit_met_behind_the_code_does_no_harm() =>
        (await Runner("```csharp\nint F() => 1;\n```\nThis is", cutOff: true).EditAsync(Request(ActionTable.Simplify))).NewText.ShouldBe("    int F() => 1;");

    [Fact]
    public async Task An_action_can_be_cancelled_at_each_piece()
    {
        using var source = new CancellationTokenSource();
        var seen = 0;
        var model = new FakeChatModel("```csharp\nint F() => 1;\n```") { BeforePiece = () => { if (++seen == 3) source.Cancel(); } };
        var runner = new ActionRunner(model, new() { MaxTokens = 77, Temperature = 0.5f });

        await Should.ThrowAsync<OperationCanceledException>(() => runner.EditAsync(Request(ActionTable.Simplify), cancellation: source.Token));

        seen.ShouldBe(3);
        model.Options!.MaxOutputTokens.ShouldBe(77);
        model.Options.Temperature.ShouldBe(0.5f);
    }
}
