using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Inline.Memory;

namespace CoderLsp.Completion.Tests.Inline.Memory;

public class NextPlacesTests
{
    static InlineRequest At(string marked, SelectedItem? selected = null)
    {
        var (snapshot, cursor) = Marked.Read(marked);
        return new(snapshot, snapshot.PositionOf(cursor), InlineTrigger.Invoked, new(), selected, Habits: new(false, null, 0.3));
    }

    static string? Marking(InlineRequest? request) =>
        request is null ? null : request.Snapshot.Text.Insert(request.Snapshot.OffsetOf(request.Position), "|");

    [Fact]
    public void Behind_a_suggestion_it_is_part_of_the_text()
    {
        var request = At("a = |;\n");
        var next = NextPlaces.Behind(request, new("b +\r\n c", TextRange.At(request.Position), InlineStop.EndOfLine, 1, default, "m"));
        Marking(next).ShouldBe("a = b +\r\n c|;\n");
        next.Trigger.ShouldBe(InlineTrigger.Automatic);
        next.Ahead.ShouldBeTrue();
        next.AfterLines.ShouldBeTrue();
        next.Habits.ShouldBe(new AcceptHabits(true, TimeSpan.Zero, 0.3)); // as if it had been accepted
    }

    [Fact]
    public void What_extends_a_selected_entry_takes_its_place()
    {
        var range = new TextRange(new(0, 2), new(0, 5));
        var next = NextPlaces.Behind(At("x.Wri|;", new(range, "WriteLine")), new("WriteLine(y)", range, InlineStop.EndOfLine, 1, default, "m"));
        Marking(next).ShouldBe("x.WriteLine(y)|;");
        next.Selected.ShouldBeNull();
        next.AfterLines.ShouldBeFalse();
    }

    [Fact]
    public void A_document_is_there_when_it_has_its_text()
    {
        var request = At("a = |;\n");
        var next = NextPlaces.Behind(request, new("b", TextRange.At(request.Position), InlineStop.EndOfLine, 1, default, "m"));
        NextPlaces.IsIn(next, At("a = b|;\n").Snapshot).ShouldBeTrue();
        NextPlaces.IsIn(next, At("a = c|;\n").Snapshot).ShouldBeFalse();
        NextPlaces.IsIn(next, At("a = b|;\n\n").Snapshot).ShouldBeFalse();
    }

    [Theory]
    [InlineData("    foo();|\nb", "    foo();\n    |\nb")]
    [InlineData("a\r\n\tfoo();|", "a\r\n\tfoo();\r\n\t|")]
    [InlineData("if (x) {|", "if (x) {\n    |")]
    [InlineData("a {\n\tif (x) {|", "a {\n\tif (x) {\n\t\t|")]
    [InlineData("  a {\n  if (x) {|", "  a {\n  if (x) {\n    |")]
    [InlineData("foo(|);", null)] // Enter within a line is nothing that one does here
    [InlineData("    |", null)]
    public void Below_is_the_line_that_Enter_makes(string marked, string? below) => Marking(NextPlaces.Below(At(marked))).ShouldBe(below);
}
