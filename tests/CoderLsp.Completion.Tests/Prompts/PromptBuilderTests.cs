using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion.Tests.Prompts;

public class PromptBuilderTests
{
    /// <summary>Checks prompt and healed text for a cursor at <c>|</c>; the anchor is the start of its line, or where <c>@</c> stands.</summary>
    static void Check(string marked, string prompt, string healed, InfillOrder order = InfillOrder.PrefixFirst, bool middle = true, int budget = 2000)
    {
        var at = marked.IndexOf('@');
        var (snapshot, cursor) = Marked.Read(at < 0 ? marked : marked.Remove(at, 1));
        var model = new FakeModel(order, middle: middle);
        var anchor = at < 0 ? snapshot.LineStart(snapshot.LineAt(cursor)) : at;
        var built = new PromptBuilder(model).Build(snapshot, cursor, anchor, budget);
        model.Decode(built.Tokens).ShouldBe(prompt);
        built.Healed.ShouldBe(healed);
        built.Parts.Sum(p => p.Tokens).ShouldBe(built.Tokens.Count);
    }

    const string Code = "one\n  two = fo|o;\nthree\n";

    [Fact]
    public void Prefix_first_puts_the_typed_line_behind_the_suffix() => Check(Code, "<BOS><PRE>one\n<SUF>o;\nthree\n<MID>  two =", " fo");

    [Fact]
    public void Suffix_first_puts_the_suffix_before_the_prefix() =>
        Check(Code, "<BOS><SUF>o;\nthree\n<PRE>one\n<MID>  two =", " fo", InfillOrder.SuffixFirst);

    [Fact]
    public void Without_a_middle_token_the_typed_text_simply_follows() =>
        Check(Code, "<BOS><SUF>o;\nthree\n<PRE>one\n  two =", " fo", InfillOrder.SuffixFirst, middle: false);

    [Fact]
    public void Suffix_first_may_have_the_prefix_in_the_middle()
    {
        var (snapshot, cursor) = Marked.Read(Code);
        var model = new FakeModel { Format = new(InfillOrder.SuffixFirst, Bos: 0, Prefix: 1, Suffix: 2, Middle: 3) { PrefixInMiddle = true } };
        var prompt = new PromptBuilder(model).Build(snapshot, cursor, snapshot.LineStart(1), 2000);
        model.Decode(prompt.Tokens).ShouldBe("<BOS><PRE><SUF>o;\nthree\n<MID>one\n  two =");
        prompt.Parts.Sum(part => part.Tokens).ShouldBe(prompt.Tokens.Count);
    }

    [Fact]
    public void Left_to_right_there_is_no_suffix() => Check(Code, "<BOS>one\n  two =", " fo", InfillOrder.None);

    [Fact]
    public void Prefix_first_without_a_middle_token_falls_back_to_left_to_right() => Check(Code, "<BOS>one\n  two =", " fo", middle: false);

    [Fact]
    public void What_was_typed_since_the_anchor_comes_last() =>
        Check("a\n@b\nc(|\nd", "<BOS><PRE>a\n<SUF>\nd<MID>b\nc", "(");

    [Fact]
    public void Line_ends_are_LF_for_the_model() => Check("a\r\n@b\r\nc(|)\r\nd\r\n", "<BOS><PRE>a\n<SUF>)\nd\n<MID>b\nc", "(");

    [Fact]
    public void An_empty_document_is_a_prompt_too() => Check("|", "<BOS><PRE><SUF><MID>", "");

    [Fact]
    public void Special_tokens_in_the_text_are_text()
    {
        var (snapshot, cursor) = Marked.Read("<PRE> x\n|");
        new PromptBuilder(new FakeModel()).Build(snapshot, cursor, cursor, 100).Tokens.Count(t => t < 4).ShouldBe(4);
    }

    [Theory]
    [InlineData("fo|", "fo")]
    [InlineData("x.fo|", "fo")]
    [InlineData("x = some_name2|", " some_name2")]
    [InlineData("return |", " ")] // the blank belongs to the next word
    [InlineData("    |", "    ")]
    [InlineData("a\n\t\t|", "\t\t")]
    [InlineData("a\n|", "")] // never over the line break
    [InlineData("f(|", "(")] // "();" may be one token
    [InlineData("x = a ?? |", " ")]
    [InlineData("x = a ??|", " ??")]
    [InlineData("x.|", ".")]
    [InlineData("f( |", " ")]
    [InlineData("x = ключ|", " ключ")]
    public void Words_and_punctuation_are_taken_back_with_the_blank_before_them(string marked, string healed)
    {
        var (snapshot, cursor) = Marked.Read(marked);
        var anchor = snapshot.LineStart(snapshot.LineAt(cursor));
        new PromptBuilder(new FakeModel()).Build(snapshot, cursor, anchor, 1000).Healed.ShouldBe(healed);
    }

    [Fact]
    public void Data_of_great_length_is_no_word()
    {
        var (snapshot, cursor) = Marked.Read("x = \"" + new string('A', 200) + "|");
        new PromptBuilder(new FakeModel()).Build(snapshot, cursor, 0, 1000).Healed.ShouldBe("");
    }

    [Fact]
    public void A_budget_too_small_for_any_prompt_is_refused()
    {
        var (snapshot, cursor) = Marked.Read("a|");
        Should.Throw<ArgumentOutOfRangeException>(() => new PromptBuilder(new FakeModel()).Build(snapshot, cursor, 0, 15));
    }

    [Fact]
    public void The_parts_say_what_the_prompt_is_made_of()
    {
        var (snapshot, cursor) = Marked.Read(Code);
        new PromptBuilder(new FakeModel()).Build(snapshot, cursor, 4, 1000).Parts.ShouldBe(
            [new("begin", 1), new("prefix", 3), new("suffix", 6), new("typed", 5)]);
    }
}
