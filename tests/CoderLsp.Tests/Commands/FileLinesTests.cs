using CoderLsp.Commands;
using CoderLsp.Commands.Actions;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Tests.Commands;

public class FileLinesTests
{
    [Theory]
    [InlineData("a.cs:3-7", "a.cs", 3, 7)]
    [InlineData("a.cs:3", "a.cs", 3, null)]
    [InlineData("a.cs", "a.cs", null, null)]
    [InlineData(@"C:\x.cs:3-7", @"C:\x.cs", 3, 7)]
    [InlineData(@"C:\x.cs", @"C:\x.cs", null, null)]
    [InlineData("odd:name.cs:4-4", "odd:name.cs", 4, 4)]
    public void Lines_are_read_from_the_right(string text, string file, int? first, int? last) =>
        FileLines.Parse(text).ShouldBe(new FileLines(file, first, last));

    [Theory]
    [InlineData("", "it names no file")]
    [InlineData(":3-4", "it names no file")]
    [InlineData("a.cs:", "'' is no line number")]
    [InlineData("a.cs:x", "'x' is no line number")]
    [InlineData("a.cs:3-", "'' is no line number")]
    [InlineData("a.cs:-3", "'' is no line number")]
    [InlineData("a.cs:1-2-3", "neither a line nor two")]
    [InlineData("a.cs:0", "lines count from 1")]
    [InlineData("a.cs:7-3", "line 3 comes before line 7")]
    [InlineData("a.cs:3:7", "it has a column")]
    [InlineData("a.cs:99999999999", "beyond the end of any file")]
    public void What_names_no_lines_is_wrong_usage(string text, string why) =>
        Should.Throw<UsageException>(() => FileLines.Parse(text)).Message.ShouldContain(why);

    [Fact]
    public void Lines_a_block_and_a_file_are_ranges()
    {
        var snapshot = new TextSnapshot("file:///a.py", "python", 0, "import os\n\ndef f(x):\n    y = x\n    return y\n");
        new FileLines("a.py", 4, 5).RangeIn(snapshot).ShouldBe(new(new(3, 0), new(4, 12)));
        new FileLines("a.py", 4, null).RangeIn(snapshot).ShouldBe(new(new(2, 0), new(4, 12)));
        new FileLines("a.py", null, null).RangeIn(snapshot).ShouldBe(new(new(0, 0), new(5, 0)));
        Should.Throw<UserException>(() => new FileLines("a.py", 4, 9).RangeIn(snapshot)).Message
            .ShouldBe("Line 9 is beyond the end of a.py, which has 6 lines.");
        Should.Throw<UserException>(() => new FileLines("a.py", 1, null).RangeIn(snapshot)).Message
            .ShouldBe("Line 1 of a.py lies in no function or type. Give the lines: a.py:FIRST-LAST.");
    }
}
