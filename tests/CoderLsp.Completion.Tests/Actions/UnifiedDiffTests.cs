using CoderLsp.Completion.Actions.Edits;

namespace CoderLsp.Completion.Tests.Actions;

public class UnifiedDiffTests
{
    [Fact]
    public void Changes_far_apart_are_hunks_with_three_lines_around()
    {
        var old = string.Concat(Enumerable.Range(1, 20).Select(i => $"{i}\n"));

        UnifiedDiff.Of("src/a.txt", old, old.Replace("5\n6\n", "five\n6\n").Replace("20\n", "20"))
            .ShouldBe("""
                --- a/src/a.txt
                +++ b/src/a.txt
                @@ -2,7 +2,7 @@
                 2
                 3
                 4
                -5
                +five
                 6
                 7
                 8
                @@ -17,4 +17,4 @@
                 17
                 18
                 19
                -20
                +20
                \ No newline at end of file

                """);
    }

    [Theory]
    [InlineData("", "a\n", "@@ -0,0 +1 @@\n+a\n")]
    [InlineData("a\n", "", "@@ -1 +0,0 @@\n-a\n")]
    [InlineData("a\r\nb\r\n", "a\r\nc\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n")]
    public void Empty_files_and_carriage_returns_are_written_as_diff_does(string old, string changed, string hunks) =>
        UnifiedDiff.Of("f", old, changed).ShouldBe("--- a/f\n+++ b/f\n" + hunks);

    [Fact]
    public void No_change_is_no_diff() => UnifiedDiff.Of("f", "a\n", "a\n").ShouldBe("");
}
