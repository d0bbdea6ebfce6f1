using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion.Tests.Prompts;

public class TypingAnchorTests
{
    /// <summary>The text before the anchor after each of the documents, which follow each other.</summary>
    static void Check(params (string Marked, string Before)[] steps)
    {
        var anchor = new TypingAnchor();
        foreach (var (marked, before) in steps)
        {
            var (snapshot, cursor) = Marked.Read(marked);
            snapshot.Text[..anchor.At(snapshot, cursor, 0).Anchor].ShouldBe(before);
        }
    }

    [Fact]
    public void Typing_leaves_the_anchor_at_the_line_where_it_began() =>
        Check(("a\n|\nz", "a\n"), ("a\nb|\nz", "a\n"), ("a\nbc|\nz", "a\n"), ("a\nb|\nz", "a\n"));

    [Fact]
    public void Enter_leaves_the_anchor() => Check(("a\nb|\nz", "a\n"), ("a\nb\n|\nz", "a\n"), ("a\nb\nc|\nz", "a\n"), ("a\nb\nc\n\nd|\nz", "a\n"));

    [Fact]
    public void A_bracket_that_closes_itself_leaves_the_anchor() => Check(("a\nf|\nz", "a\n"), ("a\nf(|)\nz", "a\n"), ("a\nf(x)|\nz", "a\n"));

    [Fact]
    public void A_jump_down_moves_the_anchor() => Check(("a\nb|\nc\nz", "a\n"), ("a\nb\nc|\nz", "a\nb\n"));

    [Fact]
    public void A_jump_up_moves_the_anchor() => Check(("a\nb|", "a\n"), ("a|\nb", ""));

    [Fact]
    public void A_jump_back_to_an_earlier_typed_line_moves_the_anchor() => Check(("a\n|", "a\n"), ("a\nb\nc|", "a\n"), ("a\nb|\nc", "a\n"), ("a\nb\nc|", "a\nb\n"));

    [Fact]
    public void A_change_above_moves_the_anchor() => Check(("a\nb\nc|\nz", "a\nb\n"), ("a\nbb\ncc|\nz", "a\nbb\n"));

    [Fact]
    public void A_document_that_shrank_to_nothing_has_its_anchor_at_the_start() => Check(("a\nb\nc|", "a\nb\n"), ("|", ""), ("x|", ""));

    [Fact]
    public void A_moved_anchor_stays_moved()
    {
        var anchor = new TypingAnchor();
        var snapshot = new TextSnapshot("u", "", 1, "abc");
        anchor.At(snapshot, 3, 0);
        anchor.MoveTo(2);
        anchor.At(snapshot, 3, 0).Anchor.ShouldBe(2);
    }
}
