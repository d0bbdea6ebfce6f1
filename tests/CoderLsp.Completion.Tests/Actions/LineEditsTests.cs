using CoderLsp.Completion.Actions;
using CoderLsp.Completion.Actions.Edits;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Tests.Actions;

public class LineEditsTests
{
    static readonly string[] Pieces = ["foo\n", "bar\r\n", "\n", "\r\n", "\r", "    x = 1;\n", "😀", "漢字\n", "\t}", "a", "{\r\n", "\n\n"];

    static string RandomText(Random random) => string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    static string Applied(TextSnapshot snapshot, IReadOnlyList<LineEdit> edits)
    {
        // From the last to the first, as a client applies them: all ranges are those of the old text.
        foreach (var edit in edits.Reverse()) snapshot = snapshot.WithChange(edit.Range, edit.NewText, snapshot.Version);
        return snapshot.Text;
    }

    static TextRange Whole(TextSnapshot snapshot) => new(default, snapshot.PositionOf(snapshot.Length));

    static TextPosition AnyPosition(Random random, TextSnapshot snapshot)
    {
        var offset = random.Next(snapshot.Length + 1);
        return snapshot.PositionOf(snapshot.SplitsPair(offset) ? offset - 1 : offset);
    }

    [Fact]
    public void Edits_applied_give_exactly_the_new_text()
    {
        var random = new Random(3);
        for (var i = 0; i < 3000; i++)
        {
            var (old, changed) = (RandomText(random), RandomText(random));
            var snapshot = new TextSnapshot("u", "", 1, old);

            var edits = LineEdits.Between(snapshot, Whole(snapshot), changed);

            Applied(snapshot, edits).ShouldBe(changed);
            for (var e = 1; e < edits.Count; e++) (edits[e].Range.Start > edits[e - 1].Range.End).ShouldBeTrue();
        }
    }

    [Fact]
    public void Edits_in_a_range_leave_the_rest_alone()
    {
        var random = new Random(4);
        for (var i = 0; i < 300; i++)
        {
            var (old, changed) = (RandomText(random), RandomText(random));
            var snapshot = new TextSnapshot("u", "", 1, old);
            var (a, b) = (AnyPosition(random, snapshot), AnyPosition(random, snapshot));
            var range = a < b ? new TextRange(a, b) : new(b, a);

            var edits = LineEdits.Between(snapshot, range, changed);

            Applied(snapshot, edits).ShouldBe(snapshot.WithChange(range, changed, 1).Text);
            edits.ShouldAllBe(edit => edit.Range.Start >= range.Start && edit.Range.End <= range.End);
        }
    }

    [Fact]
    public void Only_the_lines_that_differ_are_replaced()
    {
        var snapshot = new TextSnapshot("u", "", 1, "a\r\nb\r\nc\r\nd");

        LineEdits.Between(snapshot, Whole(snapshot), "a\r\nB\r\nc\r\nd\r\ne").ShouldBe(
        [
            new(new(new(1, 0), new(2, 0)), "B\r\n"),
            new(new(new(3, 0), new(3, 1)), "d\r\ne"),
        ]);
        LineEdits.Between(snapshot, Whole(snapshot), snapshot.Text).ShouldBeEmpty();
    }
}
