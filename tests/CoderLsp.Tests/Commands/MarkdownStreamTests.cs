using CoderLsp.Commands;
using CoderLsp.Commands.Terminal;
using Spectre.Console;

namespace CoderLsp.Tests.Commands;

public class MarkdownStreamTests
{
    [Theory]
    [InlineData("One\ntwo.\n\nThree.", "[One\ntwo.] [Three.]")]
    [InlineData("# A\nText\n## B\n", "[# A] [Text] [## B]")]
    [InlineData("- one\n- two\n  more\n\nEnd.", "[- one] [- two\n  more] [End.]")]
    [InlineData("1. one\n\n   still one\n2. two\n", "[1. one\n\n   still one] [2. two]")]
    [InlineData("- a\n  - b\n- c\n", "[- a\n  - b] [- c]")]
    [InlineData("See:\n```cs\nvar x;\n\n```\nEnd", "[See:] <cs:0 {var x;} {} > [End]")]
    [InlineData("````\n```\n````\n", "<:0 {```} >")]
    [InlineData("1. Do:\n   ```sh\n   ls\n     -l\n   ```\n   Then\n2. Go", "[1. Do:] <sh:3 {ls} {  -l} > [Then] [2. Go]")]
    [InlineData("~~~\nopen", "<:0 {open} >")]
    [InlineData("|a|b|\n|-|-|\n|1|2|\n\nEnd", "[|a|b|\n|-|-|\n|1|2|] [End]")]
    [InlineData("A\r\n\r\nB\r\n", "[A] [B]")]
    [InlineData("", "")]
    public void Finished_parts_are_the_same_however_the_text_is_cut(string markdown, string parts)
    {
        foreach (var size in (int[])[1, 3, 1000])
        {
            var stream = new MarkdownStream();
            foreach (var piece in markdown.Chunk(size)) stream.Add(new(piece));
            stream.End();
            string.Join(' ', Parts(stream)).ShouldBe(parts, $"pieces of {size}");
        }
    }

    [Fact]
    public void A_part_comes_as_soon_as_nothing_can_change_it()
    {
        var stream = new MarkdownStream();
        stream.Add("A paragraph");
        Parts(stream).ShouldBeEmpty();
        stream.Add(".\n\n```py\nx =");
        Parts(stream).ShouldBe(["[A paragraph.]", "<py:0"]);
        stream.Add(" 1\n");
        Parts(stream).ShouldBe(["{x = 1}"]);
    }

    [Theory]
    [InlineData("1. one\n2. two *it* and `code`", "1. one\n2. two it and code\n")]
    [InlineData("- a long item that has to go on\n  - inner", "• a long item that has\n  to go on\n  • inner\n")]
    [InlineData("> quoted text that is wrapped", "│ quoted text that is \n│ wrapped\n")]
    [InlineData("[site](https://a.b) <https://c.d>", "site (https://a.b) \nhttps://c.d\n")]
    [InlineData("a_b_c **x** &amp; <b>", "a_b_c x & <b>\n")]
    [InlineData("[red]x[/] [[y]]", "[red]x[/] [[y]]\n")]
    [InlineData("|a|b|\n|-|-|\n|1|", "╭───┬───╮\n│ a │ b │\n├───┼───┤\n│ 1 │   │\n╰───┴───╯\n")]
    [InlineData("\e[2Jx\u202Ey", "\\u001B[2Jx\\u202Ey\n")]
    public void Blocks_are_shown_within_the_width(string markdown, string text) => Plain(22, output => output.Write(MarkdownView.Of(markdown))).ShouldBe(text);

    [Fact]
    public void What_nests_too_deeply_is_shown_as_it_is()
    {
        var deep = string.Concat(Enumerable.Repeat("> ", 200)) + "x";
        MarkdownView.IsListItem(deep).ShouldBeFalse();
        Plain(1000, output => output.Write(MarkdownView.Of(deep))).ShouldBe(deep + "\n");
    }

    [Fact]
    public void Code_keeps_its_lines_and_tabs_become_blanks() =>
        Plain(10, output => output.WriteLines(CodeView.Lines("go", ["func main() {", "\treturn // a long remark", "", "}"])))
            .ShouldBe("func main() {\n    return // a long remark\n \n}\n");

    [Theory]
    [InlineData("cs", "return x;", "return:95")]
    [InlineData("cs", "x = \"a // b\"; // end", "\"a // b\":33 // end:32")]
    [InlineData("rust", "fn f<'a>(x: &'a str)", "fn:95 str:95")]
    [InlineData("py", "n = 0x1F # 'it'", "0x1F:36 # 'it':32")]
    [InlineData("js", "don't", "")]
    [InlineData("c", "a /* x */ b", "/* x */:32")]
    [InlineData("unknown", "return 1", "1:36")]
    public void Words_get_their_colours(string language, string line, string coloured)
    {
        var shown = Shown(1000, output => output.WriteLines(CodeView.Lines(language, [line])));
        var found = System.Text.RegularExpressions.Regex.Matches(shown, "\e\\[(\\d+)m(.*?)\e\\[0m").Select(match => $"{match.Groups[2].Value}:{match.Groups[1].Value}");
        string.Join(' ', found).ShouldBe(coloured);
    }

    [Fact]
    public void A_comment_and_a_text_go_on_in_the_next_line()
    {
        var shown = Shown(1000, output => output.WriteLines(CodeView.Lines("cs", ["/* a", "return", "b */ return"])));
        shown.Split('\n')[1].ShouldNotContain("[95m");
        shown.Split('\n')[2].ShouldContain("[95mreturn");
    }

    static List<string> Parts(MarkdownStream stream)
    {
        var parts = new List<string>();
        while (stream.TryTake(out var part))
            parts.Add(part switch
            {
                AnswerPart.Block block => $"[{block.Markdown}]",
                AnswerPart.CodeStart start => $"<{start.Language}:{start.Indent}",
                AnswerPart.CodeLine line => $"{{{line.Text}}}",
                _ => ">",
            });
        return parts;
    }

    static string Plain(int width, Action<CommandOutput> write) =>
        System.Text.RegularExpressions.Regex.Replace(Shown(width, write), "\e\\[[0-9;]*m", "");

    static string Shown(int width, Action<CommandOutput> write)
    {
        using var text = new StringWriter { NewLine = "\n" };
        write(new() { Out = text, Error = TextWriter.Null, In = TextReader.Null, OutIsTerminal = true, Width = width, Ansi = AnsiSupport.Yes, NoColor = false });
        return text.ToString();
    }
}
