using CoderLsp.Completion.Documents;
using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion.Tests.Prompts;

/// <summary>What holds for every document and cursor, tried with seeded random ones.</summary>
public class PromptPropertyTests
{
    static readonly string[] Pieces =
        ["foo", " bar", "\n", "\n    ", "(", ")", "😀", "x = 1;", "\r\n", "\n\n\n", "漢字", " ", "\t", "_9", "public static void Main() {\n", "\u00A0", "\uD800"];

    static string RandomText(Random random, int pieces) =>
        string.Concat(Enumerable.Range(0, pieces).Select(_ => Pieces[random.Next(Pieces.Length)]));

    public static TheoryData<InfillOrder> Orders => [InfillOrder.None, InfillOrder.PrefixFirst, InfillOrder.SuffixFirst];

    [Theory]
    [MemberData(nameof(Orders))]
    public void A_prompt_stays_within_its_budget_and_is_the_same_again(InfillOrder order)
    {
        var random = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            var snapshot = new TextSnapshot("u", "", 1, RandomText(random, random.Next(1, 600)));
            var cursor = snapshot.OffsetOf(snapshot.PositionOf(random.Next(snapshot.Text.Length + 1)));
            var anchor = snapshot.LineStart(random.Next(snapshot.LineAt(cursor) + 1));
            var budget = random.Next(PromptBuilder.SmallestBudget, 500);
            var model = new FakeModel(order);
            var builder = new PromptBuilder(model);

            var prompt = builder.Build(snapshot, cursor, anchor, budget);

            prompt.Tokens.Count.ShouldBeLessThanOrEqualTo(budget);
            prompt.Anchor.ShouldBeInRange(anchor, cursor);
            builder.Build(snapshot, cursor, anchor, budget).Tokens.ShouldBe(prompt.Tokens);
            new PromptBuilder(model).Build(snapshot, cursor, anchor, budget).Tokens.ShouldBe(prompt.Tokens);
            // What the model sees is text of the document: prefix and typed text with what was taken back end at the cursor.
            var lastParts = prompt.Tokens.Skip(order == InfillOrder.None ? 1 : prompt.Tokens.Count - prompt.Parts[^1].Tokens + 1);
            snapshot.Text[..cursor].ReplaceLineEndings("\n").ShouldEndWith((model.Decode(lastParts) + prompt.Healed).ReplaceLineEndings("\n"));
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Typing_changes_the_end_of_the_prompt_only(InfillOrder order)
    {
        var random = new Random(11);
        for (var round = 0; round < 40; round++)
        {
            var snapshot = new TextSnapshot("u", "", 1, RandomText(random, 800));
            var cursor = snapshot.LineStart(random.Next(snapshot.LineCount));
            var tracker = new TypingAnchor();
            var model = new FakeModel(order);
            var builder = new PromptBuilder(model);
            Prompt? last = null;
            for (var key = 0; key < 60; key++)
            {
                var prompt = builder.Build(snapshot, cursor, tracker.At(snapshot, cursor, 0).Anchor, 300);
                tracker.MoveTo(prompt.Anchor);
                if (last is not null && last.Anchor == prompt.Anchor) Stable(prompt).ShouldBe(Stable(last));
                last = prompt;
                var typed = key % 17 == 16 ? "\n" : key % 5 == 4 ? " " : "k";
                snapshot = snapshot.WithChange(cursor, cursor, typed, key);
                cursor += typed.Length;
            }
        }

        // Everything before the typed text.
        IEnumerable<int> Stable(Prompt prompt) => prompt.Tokens.Take(prompt.Tokens.Count - prompt.Parts[^1].Tokens);
    }

    [Fact]
    public void Going_down_a_document_moves_the_window_seldom_and_far()
    {
        var text = string.Concat(Enumerable.Range(0, 400).Select(i => $"    var line = Compute(i, {i});\n"));
        var snapshot = new TextSnapshot("u", "", 1, text);
        var model = new FakeModel(InfillOrder.None);
        var builder = new PromptBuilder(model);
        var starts = new List<string>();
        for (var line = 0; line < 400; line++)
        {
            var prompt = builder.Build(snapshot, snapshot.LineStart(line), snapshot.LineStart(line), 1000);
            starts.Add(model.Decode(prompt.Tokens.Skip(1).Take(40)));
            if (line > 200) prompt.Tokens.Count.ShouldBeGreaterThan(300);
        }
        // A line has 18 tokens or so: 7,000 tokens in all, in windows of at most 850.
        starts.Skip(60).Distinct().Count().ShouldBeLessThan(30);
    }

    [Fact]
    public void A_keystroke_in_a_large_file_tokenises_little()
    {
        var line = "    var something = Compute(alpha, beta); // a line\n";
        var lines = string.Concat(Enumerable.Repeat(line, 200_000)); // 10 MB
        var minified = string.Concat(Enumerable.Repeat("a(b,c);", 1_500_000));
        foreach (var text in new[] { lines, minified })
        {
            var snapshot = new TextSnapshot("u", "", 1, text);
            var cursor = text.Length / 2;
            var model = new FakeModel();
            var builder = new PromptBuilder(model);
            var tracker = new TypingAnchor();
            var first = builder.Build(snapshot, cursor, tracker.At(snapshot, cursor, 0).Anchor, 1000);
            first.Tokens.Count.ShouldBeInRange(400, 1000);
            tracker.MoveTo(first.Anchor);
            model.EncodedCharacters.ShouldBeLessThan(20_000);

            var before = model.EncodedCharacters;
            snapshot = snapshot.WithChange(cursor, cursor, "k", 2);
            builder.Build(snapshot, cursor + 1, tracker.At(snapshot, cursor + 1, 0).Anchor, 1000);
            (model.EncodedCharacters - before).ShouldBeLessThan(3_000);
        }
    }

    [Fact]
    public void A_typed_middle_that_grew_too_long_moves_the_anchor()
    {
        var model = new FakeModel();
        var builder = new PromptBuilder(model);
        var text = string.Concat(Enumerable.Range(0, 200).Select(i => $"call({i});\n"));
        var snapshot = new TextSnapshot("u", "", 1, text);
        var prompt = builder.Build(snapshot, text.Length, 0, 4000);
        prompt.Anchor.ShouldBe(text.Length);
        prompt.Parts[^1].Tokens.ShouldBe(1);
    }
}
