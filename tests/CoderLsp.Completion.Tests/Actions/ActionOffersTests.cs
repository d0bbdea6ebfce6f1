using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Actions;

public class ActionOffersTests
{
    static readonly TextSnapshot Document = new("file:///p/A.cs", "csharp", 1, "using System;\n\nclass A\n{\n    void F()\n    {\n        G();\n    }\n}\n");

    static TextRange Range(int line, int character, int endLine, int endCharacter) => new(new(line, character), new(endLine, endCharacter));

    static CodeDiagnostic Problem(TextRange range, string message = "bad") => new(range, DiagnosticSeverity.Error, message);

    static string[] Ids(IReadOnlyList<ActionOffer> offers) => [.. offers.Select(offer => offer.Action.Id)];

    [Fact]
    public void A_selection_gets_every_action_on_its_whole_lines()
    {
        var offers = ActionOffers.For(Document, Range(4, 6, 6, 9), []);

        Ids(offers).ShouldBe(
        [
            "explain", "simplify", "extractFunction", "rename", "performance", "errorHandling", "instruct", "document", "tests", "translateComments",
        ]);
        offers.ShouldAllBe(offer => offer.Range == Range(4, 0, 6, 12));
        offers.Select(offer => offer.Title).ShouldContain("Refactor: extract function");
    }

    [Fact]
    public void A_cursor_gets_them_on_the_enclosing_block() =>
        ActionOffers.For(Document, Range(6, 10, 6, 10), []).ShouldAllBe(offer => offer.Range == Range(4, 0, 7, 5));

    [Theory]
    [InlineData(0, 3, 0, 3)] // outside of every block
    [InlineData(1, 0, 1, 0)]
    [InlineData(0, 13, 2, 0)] // white space alone
    [InlineData(6, 0, 6, 8)]
    [InlineData(6, 9, 6, 8)] // no ranges of this document
    [InlineData(99, 0, 99, 0)]
    [InlineData(0, 0, 99, 0)]
    [InlineData(-1, 0, 0, 5)]
    public void Nothing_is_offered_where_there_is_no_code(int line, int character, int endLine, int endCharacter) =>
        ActionOffers.For(Document, Range(line, character, endLine, endCharacter), []).ShouldBeEmpty();

    [Fact]
    public void Each_problem_at_the_place_gets_its_fix_first()
    {
        CodeDiagnostic[] problems = [Problem(Range(6, 8, 6, 9), "no G\r\n  here"), Problem(Range(4, 9, 4, 10), "elsewhere"), Problem(Range(6, 8, 6, 9), new('x', 200))];

        var offers = ActionOffers.For(Document, Range(6, 8, 6, 8), problems);

        offers.Take(2).ShouldAllBe(offer => offer.Action == ActionTable.Fix && offer.Range == Range(4, 0, 7, 5));
        offers[0].Title.ShouldBe("Fix: no G here");
        offers[0].Diagnostic.ShouldBe(problems[0]);
        offers[1].Title.Length.ShouldBe(85);
        offers[2].Action.ShouldBe(ActionTable.Explain);
    }

    [Fact]
    public void A_problem_outside_of_every_block_gets_its_fix_alone()
    {
        var offers = ActionOffers.For(Document, Range(0, 0, 0, 0), [Problem(Range(0, 6, 0, 12))]);

        Ids(offers).ShouldBe(["fix"]);
        offers[0].Range.ShouldBe(Range(0, 0, 0, 13));
    }

    [Theory]
    [InlineData("refactor", "simplify extractFunction rename performance errorHandling instruct document translateComments")]
    [InlineData("refactor.extract", "extractFunction")]
    [InlineData("refactor.rewrite.x", "")]
    [InlineData("refactor.re", "")]
    [InlineData("quickfix", "fix")]
    [InlineData("source", "explain tests")]
    [InlineData("source.organizeImports", "")]
    [InlineData("quickfix source.tests", "fix tests")]
    public void Only_the_kinds_that_are_asked_for_are_offered(string only, string ids) =>
        string.Join(' ', Ids(ActionOffers.For(Document, Range(6, 8, 6, 8), [Problem(Range(6, 8, 6, 9))], only.Split(' ')))).ShouldBe(ids);

    [Fact]
    public void The_empty_kind_means_all() => ActionOffers.For(Document, Range(6, 8, 6, 8), [], [""]).Count.ShouldBe(10);

    [Fact]
    public void What_is_offered_is_cheap_in_a_document_of_50000_lines()
    {
        var text = "class A\n{\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"    int _field{i} = new[] {{ 1, 2, 3 }}.Length;\n")) + "}\n";
        var snapshot = new TextSnapshot("u", "csharp", 1, text);
        ActionOffers.For(snapshot, Range(25_000, 7, 25_000, 7), []).ShouldBeEmpty(); // the block is longer than any prompt

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) ActionOffers.For(snapshot, Range(25_000, 7, 25_000, 7), []);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100 * 2_000);
    }

    [Fact]
    public void Every_action_has_its_own_id_and_its_commands_lead_to_it()
    {
        ActionTable.All.Select(action => action.Id).ShouldBeUnique();
        ActionTable.Commands.ShouldBe(
            ["coderlsp.fix", "coderlsp.explain", "coderlsp.edit", "coderlsp.document", "coderlsp.tests", "coderlsp.translateComments"]);
        foreach (var command in ActionTable.Commands) ActionTable.OfCommand(command)!.Command.ShouldBe(command);
        ActionTable.OfCommand("coderlsp.edit").ShouldBe(ActionTable.Instruct);
        ActionTable.OfCommand("other").ShouldBeNull();
    }
}
