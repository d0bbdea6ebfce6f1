using CoderLsp.Completion.Prompts;

namespace CoderLsp.Completion.Tests.Prompts;

/// <summary>What holds for prompts over time, whatever the user does.</summary>
public class AnchoredTypingTests
{
    public static TheoryData<InfillOrder, int> Runs
    {
        get
        {
            var runs = new TheoryData<InfillOrder, int>();
            foreach (var order in Enum.GetValues<InfillOrder>())
                foreach (var budget in new[] { 64, 300, 2000 }) runs.Add(order, budget);
            return runs;
        }
    }

    sealed class Typist(RandomTyping typing)
    {
        public RandomTyping Typing => typing;
        public TypingAnchor Anchor { get; } = new();
        public Prompt? Last { get; set; }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Prompts_over_time_are_those_of_a_fresh_build_and_a_key_costs_the_word_at_the_cursor(InfillOrder order, int budget)
    {
        var random = new Random(budget + (int)order);
        var model = new FakeModel(order);
        var builder = new PromptBuilder(model);
        Typist[] typists = [new(new(random, "file:///a")), new(new(random, "file:///b"))];
        var typist = typists[0];
        var (keys, stayed) = (0, 0);
        for (var i = 0; i < 1500; i++)
        {
            if (random.Next(30) == 0) typist = typists[random.Next(typists.Length)]; // two files in turn
            var (snapshot, cursor, typed) = typist.Typing.Next();
            var anchor = typist.Anchor.At(snapshot, cursor, 0).Anchor;

            var prompt = builder.Build(snapshot, cursor, anchor, budget);

            typist.Anchor.MoveTo(prompt.Anchor);
            prompt.Tokens.Count.ShouldBeLessThanOrEqualTo(budget);
            var fresh = new PromptBuilder(model).Build(snapshot, cursor, prompt.Anchor, budget);
            fresh.Tokens.ShouldBe(prompt.Tokens);
            (fresh.Anchor, fresh.Healed).ShouldBe((prompt.Anchor, prompt.Healed));
            if (typed is not null && typist.Last is { } last)
            {
                keys++;
                if (last.Anchor == prompt.Anchor)
                {
                    stayed++;
                    Computed(last, prompt).ShouldBeLessThanOrEqualTo(Tokens(last.Healed + typed) + 1);
                }
            }
            typist.Last = prompt;
        }
        keys.ShouldBeGreaterThan(1000);
        // The smallest budget leaves 8 tokens to be typed before the anchor has to move.
        stayed.ShouldBeGreaterThan(budget == 64 ? keys / 2 : keys * 9 / 10);

        int Tokens(string text)
        {
            var tokens = new List<int>();
            model.Encode(text, tokens);
            return tokens.Count;
        }
    }

    /// <summary>Tokens that are computed anew behind the prompt before; the last one always is, for what follows it.</summary>
    static int Computed(Prompt last, Prompt prompt) =>
        prompt.Tokens.Count - Math.Min(last.Tokens.Zip(prompt.Tokens).TakeWhile(pair => pair.First == pair.Second).Count(), prompt.Tokens.Count - 1);
}
