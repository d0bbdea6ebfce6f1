using CoderLsp.Completion.Inline;

namespace CoderLsp.Completion.Tests.Inline;

public class StatementEndTests
{
    [Theory]
    [InlineData("x = | + y;", "f(a);", "f(a)")]
    [InlineData("return | && b;", "a; // done", "a")]
    [InlineData("for (|; i++)", "var i = 0; i < n", "var i = 0; i < n")]
    [InlineData("for (|i < n; i++)", "var i = 0; ", "var i = 0; ")]
    [InlineData("print(\"|b\")", "a; ", "a; ")] // within a string
    [InlineData("x = | + y;", "\"a;b\";", "\"a;b\"")]
    [InlineData("x = | // why", "1;", "1;")]
    [InlineData("{ x = | }", "1;", "1;")]
    [InlineData("x = |", "1;", "1;")]
    [InlineData("| + y", ";", "")]
    public void A_statement_that_goes_on_behind_the_cursor_is_not_ended(string marked, string text, string kept)
    {
        var (snapshot, cursor) = Marked.Read(marked);
        StatementEnd.Cut(CursorContext.Of(snapshot, cursor), text, "csharp").ToString().ShouldBe(kept);
    }

    [Fact]
    public void Prose_may_have_semicolons_anywhere()
    {
        var (snapshot, cursor) = Marked.Read("one | three");
        StatementEnd.Cut(CursorContext.Of(snapshot, cursor), "is; two", "markdown").ToString().ShouldBe("is; two");
    }
}
