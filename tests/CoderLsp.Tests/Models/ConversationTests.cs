using CoderLsp.Models.Chat;
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
}
