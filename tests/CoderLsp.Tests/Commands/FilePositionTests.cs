using CoderLsp.Commands;

namespace CoderLsp.Tests.Commands;

public class FilePositionTests
{
    [Theory]
    [InlineData("a.cs:3:7", "a.cs", 3, 7)]
    [InlineData("src/a b.cs:1:1", "src/a b.cs", 1, 1)]
    [InlineData(@"C:\work\a.cs:12:5", @"C:\work\a.cs", 12, 5)]
    [InlineData("a:b:3:7", "a:b", 3, 7)]
    [InlineData("a.cs:3:7:", "a.cs", 3, 7)]
    public void A_position_is_read_from_the_right(string text, string file, int line, int column) =>
        FilePosition.Parse(text).ShouldBe(new FilePosition(file, line, column));

    [Theory]
    [InlineData("", "no line and column")]
    [InlineData("a.cs", "no line and column")]
    [InlineData(@"C:\a.cs", "no line and column")]
    [InlineData("a.cs:", "no line and column")]
    [InlineData("a.cs:x", "no line and column")]
    [InlineData("a.cs:3:x", "no line and column")]
    [InlineData("a.cs:3:-7", "-7 is no number from 1")]
    [InlineData("a.cs:-1:1", "-1 is no line number from 1")]
    [InlineData("a.cs:99999999999:1", "99999999999 is beyond the end of any file")]
    [InlineData("a.cs:1:99999999999", "99999999999 is beyond the end of any file")]
    [InlineData("a.cs:12", "a line but no column")]
    [InlineData(@"C:\a.cs:12", "a line but no column")]
    [InlineData("a.cs:12:", "a line but no column")]
    [InlineData("a.cs:x:7", "a line but no column")]
    [InlineData(":3:7", "names no file")]
    [InlineData("a.cs:0:7", "lines count from 1")]
    [InlineData("a.cs:3:0", "columns count from 1")]
    public void A_text_that_is_no_position_says_why_and_what_to_write(string text, string why)
    {
        var message = Should.Throw<UsageException>(() => FilePosition.Parse(text)).Message;
        message.ShouldContain(why);
        message.ShouldContain("FILE:LINE:COLUMN");
    }
}
