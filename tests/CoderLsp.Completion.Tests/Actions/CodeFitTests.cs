using CoderLsp.Completion.Actions.Edits;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Actions;

public class CodeFitTests
{
    const string Method = "class A\n{\n    int F()\n    {\n        return 1;\n    }\n}\n";

    static string Fit(string text, int first, int last, string code)
    {
        var snapshot = new TextSnapshot("u", "csharp", 1, text);
        return CodeFit.Into(snapshot, new(new(first, 0), new(last, snapshot.Line(last).Length)), code);
    }

    [Theory]
    [InlineData("    int F()\n    {\n        return 2;\n    }")] // as it was
    [InlineData("int F()\n{\n    return 2;\n}")] // without what all lines have in common
    [InlineData("int F()\n    {\n        return 2;\n    }")] // without that of the first line
    [InlineData("\tint F()\n\t{\n\t\treturn 2;\n\t}")]
    [InlineData("\n        int F()\n        {\n            return 2;\n        }\n\n")]
    public void Code_gets_the_indentation_of_what_it_replaces(string code) =>
        Fit(Method, 2, 5, code).ShouldBe("    int F()\n    {\n        return 2;\n    }");

    [Fact]
    public void Tabs_stay_tabs() =>
        Fit(Method.Replace("    ", "\t"), 2, 5, "int F()\n{\n    return 2;\n\n}").ShouldBe("\tint F()\n\t{\n\t\treturn 2;\n\n\t}");

    [Fact]
    public void Code_that_keeps_its_place_may_go_on_at_a_lesser_indentation() =>
        Fit(Method, 4, 4, "        return G();\n    }\n\n    int G()\n    {\n        return 1;")
            .ShouldBe("        return G();\n    }\n\n    int G()\n    {\n        return 1;");

    [Fact]
    public void Line_ends_are_those_of_the_document() =>
        Fit(Method.Replace("\n", "\r\n"), 4, 4, "a;\nb;").ShouldBe("        a;\r\n        b;");

    [Theory]
    [InlineData("a\r\nb\nc\nd", "a\nB\nc\nd", "a\r\nB\nc\nd")] // what is new gets the end that prevails
    [InlineData("a\nb\r\nc\r\nd", "a\nb\nnew\nc\nd", "a\nb\r\nnew\r\nc\r\nd")]
    [InlineData("a\rb\nc\n", "b\nc", "b\nc\n")]
    [InlineData("a\nb\r\n", "a\nb", "a\nb\r\n")]
    [InlineData("a\r\nb", "b\na", "b\r\na")] // the last line has none to keep
    public void Lines_that_stay_keep_their_ends(string old, string code, string expected)
    {
        var snapshot = new TextSnapshot("u", "", 1, old);
        CodeFit.Into(snapshot, new(default, snapshot.PositionOf(old.Length)), code).ShouldBe(expected);
    }

    [Fact]
    public void The_line_end_of_what_is_replaced_counts_more_than_that_of_the_document()
    {
        const string Text = "\n\n\na\r\nb\r\n";
        var snapshot = new TextSnapshot("u", "", 1, Text);
        CodeFit.Into(snapshot, new(new(3, 0), new(5, 0)), "x\ny").ShouldBe("x\r\ny\r\n");
    }

    [Fact]
    public void Only_the_changed_line_of_a_text_with_mixed_line_ends_is_an_edit()
    {
        var random = new Random(5);
        string[] ends = ["\n", "\r\n"];
        for (var i = 0; i < 500; i++)
        {
            string[] lines = [.. Enumerable.Range(0, random.Next(1, 20)).Select(n => $"line {n}")];
            var old = string.Concat(lines.Select(line => line + ends[random.Next(2)]));
            var snapshot = new TextSnapshot("u", "", 1, old);
            var range = new TextRange(default, snapshot.PositionOf(old.Length));
            var changed = random.Next(lines.Length);
            lines[changed] = "something else";

            var edits = LineEdits.Between(snapshot, range, CodeFit.Into(snapshot, range, string.Join('\n', lines)));

            var edit = edits.ShouldHaveSingleItem();
            (edit.Range.Start.Line, edit.Range.End).ShouldBe((changed, new TextPosition(changed + 1, 0)));
            edit.NewText.ReplaceLineEndings("\n").ShouldBe("something else\n");
        }
    }

    [Fact]
    public void The_break_behind_the_selection_stays()
    {
        var snapshot = new TextSnapshot("u", "", 1, "a\nb\nc");
        CodeFit.Into(snapshot, new(new(0, 0), new(1, 0)), "x\n\n").ShouldBe("x\n");
        CodeFit.Into(snapshot, new(new(2, 0), new(2, 1)), "x\n").ShouldBe("x");
    }

    [Fact]
    public void Python_keeps_what_its_lines_mean() =>
        Fit("class A:\n    def f(self):\n        return 1\n", 1, 2, "def f(self):\n    if x:\n        return 2\n    return 1")
            .ShouldBe("    def f(self):\n        if x:\n            return 2\n        return 1");
}
