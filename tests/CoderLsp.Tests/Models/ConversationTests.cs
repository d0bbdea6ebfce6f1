using CoderLsp.Inference.Chat;
using CoderLsp.Models;
using Microsoft.Extensions.AI;

namespace CoderLsp.Tests.Models;

public class ConversationTests
{
    [Fact]
    public void Messages_become_turns()
    {
        var conversation = Conversation.Of(
            [
                new(ChatRole.System, "s1"), new(ChatRole.User, "a"), new(ChatRole.User, "b"), new(ChatRole.Assistant, "c"), new(ChatRole.System, "s2"),
                new(ChatRole.User, "d"),
            ], "i");
        conversation.System.ShouldBe("i\n\ns1\n\ns2");
        conversation.Turns.ShouldBe([new("a\n\nb", "c"), new("d")]);
        Conversation.Of([new(ChatRole.User, "a")], null).System.ShouldBeNull();
    }

    [Fact]
    public void A_greeting_is_a_reply_to_nothing() =>
        Conversation.Of([new(ChatRole.Assistant, "hello"), new(ChatRole.User, "a")], null).Turns.ShouldBe([new("", "hello"), new("a")]);

    [Fact]
    public void What_fits_is_shown_whole() => First(100, 10, 10, 10).ShouldBe(0);

    [Fact]
    public void The_window_moves_on_by_half_and_then_stays()
    {
        var sizes = Enumerable.Repeat(10, 40).ToArray();
        var firsts = Enumerable.Range(1, 40).Select(count => First(100, sizes[..count])).ToList();
        firsts.Zip(firsts.Skip(1)).ShouldAllBe(pair => pair.First <= pair.Second);
        firsts.Distinct().Count().ShouldBeLessThan(9);
        for (var count = 1; count <= 40; count++) (10 * (count - firsts[count - 1])).ShouldBeLessThanOrEqualTo(100);
    }

    [Fact]
    public void The_last_turn_is_always_shown() => First(100, 10, 10, 500).ShouldBe(2);

    // Turns of so many characters, half of them the prompt's.
    static int First(int budget, params int[] sizes)
    {
        var turns = sizes.Select(size => new ChatTurn(new('p', size / 2), new('r', size - size / 2))).ToList();
        turns[^1] = new(new('p', sizes[^1]));
        return ConversationWindow.First(turns, text => text.Length, budget);
    }
}
