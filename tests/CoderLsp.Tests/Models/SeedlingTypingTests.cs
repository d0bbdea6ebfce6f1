using CoderLsp.Completion.Prompts;
using CoderLsp.Completion.Tests.Prompts;
using CoderLsp.Models;

namespace CoderLsp.Tests.Models;

/// <summary>What a key costs with the built-in model's vocabulary, whose tokens join characters across all that was typed.</summary>
public class SeedlingTypingTests
{
    [Fact]
    public void A_key_costs_the_word_at_the_cursor_with_a_real_vocabulary_too()
    {
        using var model = LocalInfillModel.Load(new ModelCatalog([]).Find("seedling"), new(), _ => { });
        var builder = new PromptBuilder(model);
        var typing = new RandomTyping(new Random(5), "file:///a");
        var anchor = new TypingAnchor();
        Prompt? last = null;
        var (keys, tokens) = (0, 0);
        for (var i = 0; i < 1500; i++)
        {
            var (snapshot, cursor, typed) = typing.Next();
            var prompt = builder.Build(snapshot, cursor, anchor.At(snapshot, cursor, 0).Anchor, 900);
            anchor.MoveTo(prompt.Anchor);
            if (typed is not null && last?.Anchor == prompt.Anchor)
            {
                var word = new List<int>();
                model.Encode((last.Healed + typed).ReplaceLineEndings("\n"), word);
                var same = last.Tokens.Zip(prompt.Tokens).TakeWhile(pair => pair.First == pair.Second).Count();
                var computed = prompt.Tokens.Count - Math.Min(same, prompt.Tokens.Count - 1);
                computed.ShouldBeLessThanOrEqualTo(word.Count + 1);
                keys++;
                tokens += computed;
            }
            last = prompt;
        }
        keys.ShouldBeGreaterThan(800);
        ((double)tokens / keys).ShouldBeLessThan(3);
    }
}
