using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion.Tests.Inline;

public class InlineCompleterTests
{
    /// <param name="shown">The suggestion; null for none.</param>
    static InlineSuggestion? Check(string marked, string answer, string? shown, InlineStop? stop = null, string language = "csharp",
        Multiline multiline = Multiline.Auto, int maxTokens = 1000, InlineTrigger trigger = InlineTrigger.Invoked, double logProbability = 0, bool afterLines = false)
    {
        var (snapshot, cursor) = Marked.Read(marked, language);
        var model = new FakeModel(answer: answer) { MeanLogProbability = logProbability };
        var options = new InlineOptions(maxTokens, multiline, MinConfidence: 0.5);
        var completer = new InlineCompleter(model);
        var suggestion = completer.CompleteAsync(new(snapshot, snapshot.PositionOf(cursor), trigger, options, AfterLines: afterLines), default).GetAwaiter().GetResult();
        (suggestion?.Text).ShouldBe(shown);
        if (stop is not null) suggestion!.Stop.ShouldBe(stop.Value);
        return suggestion;
    }

    [Theory]
    [InlineData("var x = |\n", "Compute();\nvar y", "Compute();", InlineStop.EndOfLine)]
    [InlineData("var x = |\n", "Compute();", "Compute();", InlineStop.EndOfText)]
    [InlineData("var x = |\n", "Compute();  \n", "Compute();", InlineStop.EndOfLine)]
    [InlineData("if (x) {|\n", " // why\n    y();\n}", " // why", InlineStop.EndOfLine)]
    [InlineData("    if (x) {\n        |\n        y();\n    }\n", "z();\nw();", "z();", InlineStop.EndOfLine)] // the block is not empty
    public void A_single_line_ends_at_the_line_break(string marked, string answer, string shown, InlineStop stop) => Check(marked, answer, shown, stop);

    [Theory]
    [InlineData("void F() {\n    |\n}\n", "a();\n    b();\n}\n\nvoid G", "a();\n    b();", InlineStop.EndOfBlock)]
    [InlineData("class C {\n    void F() {\n        |\n}\n", "a();\n    }\n\n    void G", "a();\n    }", InlineStop.EndOfBlock)] // closes its own block
    [InlineData("void F() {\n    |", "a();\n}\nint x;", "a();\n}", InlineStop.EndOfBlock)]
    [InlineData("void F() {\n    |\n}\n", "a();\n\n    b();\n\n\n    c();", "a();\n\n    b();", InlineStop.BlankLines)]
    [InlineData("void F() {\n|\n}\n", "    a();\n    b();\nvoid G", "    a();\n    b();", InlineStop.EndOfBlock)]
    public void An_empty_block_is_filled_and_no_more(string marked, string answer, string shown, InlineStop stop) => Check(marked, answer, shown, stop);

    [Theory]
    [InlineData("def f(x):\n    |", "y = x\n    return y\n\nf(1)", "y = x\n    return y", InlineStop.EndOfBlock)]
    [InlineData("if a:  # why\n    |\nelse:\n    pass\n", "b()\nelse:\n    c", "b()", InlineStop.EndOfBlock)]
    public void Python_opens_blocks_with_a_colon(string marked, string answer, string shown, InlineStop stop) =>
        Check(marked, answer, shown, stop, "python");

    [Theory]
    [InlineData("while true; do\n    |", "echo\ndone\necho 2", "echo\ndone", "shellscript")]
    [InlineData("function f(a)\n  |\nend\n", "a()\n  b()\nend", "a()\n  b()", "lua")]
    [InlineData("def f\n  |\nend\n", "a\n  b\nend\n", "a\n  b", "ruby")]
    public void Words_open_blocks_where_the_language_has_them(string marked, string answer, string shown, string language) =>
        Check(marked, answer, shown, language: language);

    [Fact]
    public void Several_lines_lose_the_last_one_at_the_token_limit() =>
        Check("void F() {\n    |\n}\n", "first();\n    second();\n    thi rd", "first();\n    second();", InlineStop.TokenLimit, maxTokens: 30);

    [Fact]
    public void Never_means_one_line_in_an_empty_block_too() =>
        Check("void F() {\n    |\n}\n", "a();\n    b();\n}", "a();", InlineStop.EndOfLine, multiline: Multiline.Never);

    [Fact]
    public void Behind_lines_that_were_taken_others_of_their_block_may_follow()
    {
        Check("void F() {\n    a();\n    b();|\n}\n", "\n    c();\n    d();\n}", "\n    c();\n    d();", InlineStop.EndOfBlock, afterLines: true);
        Check("void F() {\n    a();\n    b();|\n", "\n    c();\nvoid G()", "\n    c();", InlineStop.EndOfBlock, afterLines: true);
        Check("void F() {\n    a();\n    b();|\n}\n", "\n    c();", null, afterLines: false);
        Check("void F() {\n    a();\n    b();|\n}\n", "\n    c();", null, afterLines: true, multiline: Multiline.Never);
        Check("    a();\n    b(|);\n", "1,\n    2", "1,", InlineStop.EndOfLine, afterLines: true);
    }

    [Fact]
    public void Always_means_several_lines_anywhere_but_left_of_text()
    {
        Check("    x = |\n", "1;\n    y = 2;\nz", "1;\n    y = 2;", InlineStop.EndOfBlock, multiline: Multiline.Always);
        Check("a();\n|\nreturn x;\n", "b();\nc();\nreturn x;\n}", "b();\nc();", InlineStop.Suffix, multiline: Multiline.Always);
        Check("    x = F(|);\n", "1,\n    2", "1,", InlineStop.EndOfLine, multiline: Multiline.Always);
    }

    [Theory]
    [InlineData("Call(|)", "a, b)", "a, b")]
    [InlineData("Call(|);", "a, b);", "a, b")]
    [InlineData("Call(|)", "a, F(b));", "a, F(b)")] // what follows the closing bracket would stand behind it twice
    [InlineData("Call(|)", "F(b)", "F(b)")] // closes its own bracket, not the one before the cursor
    [InlineData("x = \"|\"", "hello\";", "hello")]
    [InlineData("for (var i = 0; |; i++) {", "i < n; i++) {", "i < n")]
    [InlineData("a|, b)", "lpha, b)", "lpha")]
    [InlineData("x = |(y)", "f", "f")]
    [InlineData("f(a, |, b)", "c)", "c")] // closed further to the right
    [InlineData("x = |;", "f(g[0]);", "f(g[0])")]
    [InlineData("| + suffix", "prefix + suffix", "prefix")]
    public void What_stands_right_of_the_cursor_is_cut(string marked, string answer, string shown) => Check(marked, answer, shown);

    [Theory]
    [InlineData("    |\n    return x;\n", "return x;\n")]
    [InlineData("x\n|\n\ny();\n", "y();")]
    public void The_next_line_is_not_suggested_again(string marked, string answer) => Check(marked, answer, null);

    [Fact]
    public void A_line_that_differs_from_the_next_in_its_indentation_is_another_line() =>
        Check("class C {\n    void F() {\n        a();\n    |\n}\n", "}\n", "}");

    [Theory]
    [InlineData("x = 1;|\n", "\n")]
    [InlineData("x = |\n", "   \n")]
    [InlineData("Add(a, b);\n|", "Add(a, b);\n")] // the line above
    [InlineData("    Add(a, b);\n    Ad|", "d(a, b);\n")]
    [InlineData("x = |", "f(a) + f(a) + f(a) +")]
    [InlineData("x = 0xFF|", "FFFFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("print(|", "((((((((((")]
    [InlineData("// |", "a/Constraints/Constraints/Constraints/Constraints.cs")] // a circle, even when the model finds out of it
    [InlineData("augroup('c|)", "oder', {")] // a bracket that nothing closes
    [InlineData("print(|name)", ")")]
    public void What_is_not_worth_showing_is_not_shown(string marked, string answer) => Check(marked, answer, null);

    [Fact]
    public void Lines_before_a_repetition_are_kept() =>
        Check("void F() {\n    |\n}\n", "int x = y;\n    call(x);\n    call(x);\n    call(x);\n    call(x);", "int x = y;\n    call(x);", InlineStop.Repetition);

    [Fact]
    public async Task Inside_a_word_a_model_that_reads_left_to_right_shows_only_what_meets_the_rest()
    {
        async Task<string?> Shown(InfillOrder order, string answer, InlineTrigger trigger)
        {
            var (snapshot, cursor) = Marked.Read("x = foo|bar;\n");
            var request = new InlineRequest(snapshot, snapshot.PositionOf(cursor), trigger, new());
            return (await new InlineCompleter(new FakeModel(order, answer)).CompleteAsync(request, default))?.Text;
        }

        (await Shown(InfillOrder.None, "tion(a)", InlineTrigger.Automatic)).ShouldBeNull();
        (await Shown(InfillOrder.None, "_bar", InlineTrigger.Automatic)).ShouldBe("_");
        (await Shown(InfillOrder.None, "tion(a)", InlineTrigger.Invoked)).ShouldBeNull();
        (await Shown(InfillOrder.PrefixFirst, "_", InlineTrigger.Automatic)).ShouldBe("_");
    }

    [Theory]
    [InlineData("print(os.p|\n", true)]
    [InlineData("print(os.|\n", true)]
    [InlineData("call(|)\n", true)] // text to the right
    [InlineData("os.p|\n", false)]
    [InlineData("print(os.path)|\n", false)]
    [InlineData("print(|\n", false)] // what is in the bracket may stand on the next lines
    [InlineData("print(a,|\n", false)]
    public async Task A_line_with_a_word_in_an_open_bracket_goes_on(string marked, bool mustBegin)
    {
        var (snapshot, cursor) = Marked.Read(marked);
        var model = new FakeModel(answer: "x");
        await new InlineCompleter(model).CompleteAsync(new(snapshot, snapshot.PositionOf(cursor), InlineTrigger.Automatic, new()), default);
        model.LastRequest!.MustBegin.ShouldBe(mustBegin);
    }

    [Theory]
    [InlineData("x = [|", "0, 0, 0, 0]")]
    [InlineData("x = |", "0xFFFFFFFFFFFFFFFF;")]
    [InlineData("// |", "--------------------")]
    public void Short_and_plain_repetitions_are_code(string marked, string answer) => Check(marked, answer, answer);

    [Fact]
    public void An_automatic_suggestion_must_be_confident_and_an_invoked_one_need_not()
    {
        Check("x = |", "y", null, trigger: InlineTrigger.Automatic, logProbability: -1);
        Check("x = |", "y", "y", trigger: InlineTrigger.Automatic, logProbability: -0.5)!.Confidence.ShouldBe(Math.Exp(-0.5));
        Check("x = |", "y", "y", trigger: InlineTrigger.Invoked, logProbability: -1);
    }

    [Fact]
    public void Line_ends_of_the_document_are_kept() =>
        Check("void F() {\r\n    |\r\n}\r\n", "a();\n    b();\n}", "a();\r\n    b();", InlineStop.EndOfBlock);

    [Fact]
    public void The_document_decides_about_tabs_and_spaces()
    {
        Check("void F() {\n\t|\n}\n", "a(() => {\n        b();\n    });\n}", "a(() => {\n\t\tb();\n\t});");
        Check("void E() {\n  e();\n}\nvoid F() {\n  |\n}\n", "a(() => {\n\t\tb();\n\t});\n}", "a(() => {\n    b();\n  });");
    }

    [Fact]
    public async Task The_selected_popup_item_is_gone_on_from()
    {
        var (snapshot, cursor) = Marked.Read("x.Wri|;\n");
        var model = new FakeModel(answer: "(y);\n");
        var position = snapshot.PositionOf(cursor);
        var item = new SelectedItem(new(new(0, 2), position), "WriteLine");
        var suggestion = await new InlineCompleter(model).CompleteAsync(new(snapshot, position, InlineTrigger.Automatic, new(), item), default);
        suggestion!.Text.ShouldBe("WriteLine(y)");
        suggestion.Range.ShouldBe(item.Range);
        model.LastRequest!.Healed.ShouldBe("WriteLine");
    }

    [Fact]
    public async Task A_suggestion_says_where_it_goes_and_what_it_cost()
    {
        var (snapshot, cursor) = Marked.Read("a\n  foo.ba|\n");
        var model = new FakeModel(answer: "r()");
        var suggestion = await new InlineCompleter(model).CompleteAsync(
            new(snapshot, snapshot.PositionOf(cursor), InlineTrigger.Invoked, new(MaxTokens: 7)), default);
        suggestion!.Range.ShouldBe(TextRange.At(new(1, 8)));
        suggestion.Model.ShouldBe("fake");
        suggestion.Usage.GeneratedTokens.ShouldBe(3);
        suggestion.Usage.PromptTokens.ShouldBe(model.LastRequest!.Prompt.Count);
        model.LastRequest.MaxTokens.ShouldBe(7);
        model.Decode(model.LastRequest.Prompt).ShouldBe("<BOS><PRE>a\n<SUF>\n<MID>  foo.");
    }

    [Fact]
    public async Task A_position_outside_of_the_document_is_refused()
    {
        var request = new InlineRequest(new("u", "", 1, "a"), new(5, 0), InlineTrigger.Invoked, new());
        (await Should.ThrowAsync<ArgumentOutOfRangeException>(() => new InlineCompleter(new FakeModel()).CompleteAsync(request, default)))
            .Message.ShouldContain("5:0");
    }

    [Fact]
    public async Task A_cancelled_request_throws()
    {
        var request = new InlineRequest(new("u", "", 1, "a"), new(0, 1), InlineTrigger.Invoked, new());
        await Should.ThrowAsync<OperationCanceledException>(() => new InlineCompleter(new FakeModel()).CompleteAsync(request, new(canceled: true)));
    }

    [Fact]
    public async Task An_answer_longer_than_the_context_is_asked_for_in_its_half()
    {
        var model = new FakeModel(InfillOrder.None, "x", contextTokens: 100);
        await new InlineCompleter(model).CompleteAsync(new(new("u", "", 1, "a"), new(0, 1), InlineTrigger.Invoked, new(MaxTokens: 500)), default);
        model.LastRequest!.MaxTokens.ShouldBe(50);
        model.LastRequest.Prompt.Count.ShouldBeLessThanOrEqualTo(50);
    }
}
