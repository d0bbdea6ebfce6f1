using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Inline.Memory;

namespace CoderLsp.Completion.Tests.Inline.Memory;

public class GrowingSuggestionTests
{
    static InlineRequest At(string marked, InlineTrigger trigger = InlineTrigger.Automatic, SelectedItem? selected = null)
    {
        var (snapshot, cursor) = Marked.Read(marked);
        return new(snapshot, snapshot.PositionOf(cursor), trigger, new(), selected);
    }

    [Fact]
    public void It_goes_on_while_the_user_types_what_it_says()
    {
        var growing = new GrowingSuggestion(At("a = |;"));
        growing.Grow("Com").ShouldBeFalse();
        growing.GoesAlong(At("a = C|;").Snapshot).ShouldBeTrue();
        growing.MayAnswer(At("a = C|;")).ShouldBeTrue();
        growing.Grow("Comp").ShouldBeFalse();
        growing.MayAnswer(At("a = Compute|;")).ShouldBeTrue(); // further than it is itself
        growing.Grow("Comput").ShouldBeFalse();
        growing.Grow("Computa").ShouldBeTrue();
        growing.Abandoned.ShouldBeTrue();
        growing.MayAnswer(At("a = C|;")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("a = x|;", false)]
    [InlineData("a =|;", false)]
    [InlineData("b = C|;", false)]
    [InlineData("a = C|);", false)]
    [InlineData("a = |;", true)]
    public void A_change_that_does_not_go_along_ends_it(string now, bool goesAlong)
    {
        var growing = new GrowingSuggestion(At("a = |;"));
        growing.Grow("Com");
        growing.GoesAlong(At(now).Snapshot).ShouldBe(goesAlong);
        growing.MayAnswer(At(now)).ShouldBe(goesAlong);
    }

    [Fact]
    public void Another_document_with_the_same_text_is_another_one()
    {
        var request = At("|");
        new GrowingSuggestion(request).MayAnswer(request with { Snapshot = new("file:///b", "csharp", 1, "") }).ShouldBeFalse();
    }

    [Fact]
    public void Before_it_says_anything_it_goes_along_with_all_that_is_typed_and_then_with_the_last_of_it()
    {
        var growing = new GrowingSuggestion(At("|"));
        growing.MayAnswer(At("x|")).ShouldBeTrue();
        growing.MayAnswer(At("\r\ny|")).ShouldBeTrue();
        growing.Grow("\ny").ShouldBeFalse();
        growing.Grow("\nyx").ShouldBeFalse();
    }

    [Fact]
    public void Who_asks_joins_only_who_asked_at_the_same_place()
    {
        new GrowingSuggestion(At("|")).MayAnswer(At("|", InlineTrigger.Invoked)).ShouldBeFalse();
        var invoked = new GrowingSuggestion(At("|", InlineTrigger.Invoked));
        invoked.MayAnswer(At("|", InlineTrigger.Invoked)).ShouldBeTrue();
        invoked.MayAnswer(At("a|", InlineTrigger.Invoked)).ShouldBeFalse();
        invoked.MayAnswer(At("a|")).ShouldBeTrue();
    }

    [Fact]
    public void What_goes_on_from_a_selected_entry_outlives_the_typing_of_its_name()
    {
        SelectedItem Item(int end) => new(new(new(0, 2), new(0, end)), "Write");
        var growing = new GrowingSuggestion(At("x.W|", selected: Item(3)));
        growing.Grow("Line(");
        growing.GoesAlong(At("x.Wr|").Snapshot).ShouldBeTrue();
        growing.MayAnswer(At("x.Wr|", selected: Item(4))).ShouldBeTrue();
        growing.MayAnswer(At("x.Wr|")).ShouldBeFalse();
    }
}
