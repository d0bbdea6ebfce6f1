using CoderLsp.Inference.Chat;
using Microsoft.Extensions.AI;

namespace CoderLsp.Models.Chat;

/// <summary>Messages as a template takes them: the system's texts together, then turns of a prompt and a reply.</summary>
/// <param name="System">Null: nobody said anything.</param>
sealed record Conversation(string? System, IReadOnlyList<ChatTurn> Turns)
{
    /// <summary>Messages of the same role that follow each other are one, with an empty line between them.</summary>
    /// <exception cref="ArgumentException">There is none of the user at the end, or one holds something else than text.</exception>
    public static Conversation Of(IEnumerable<ChatMessage> messages, string? instructions)
    {
        List<string> system = [.. string.IsNullOrEmpty(instructions) ? Array.Empty<string>() : [instructions]];
        var turns = new List<ChatTurn>();
        foreach (var message in messages)
        {
            if (message.Contents.Any(content => content is not TextContent))
                throw new ArgumentException("A message holds something else than text, which this model does not take.", nameof(messages));
            var last = turns.Count > 0 ? turns[^1] : null;
            if (message.Role == ChatRole.System) system.Add(message.Text);
            else if (message.Role == ChatRole.User && last is { Reply: null }) turns[^1] = new(Joined(last.Prompt, message.Text));
            else if (message.Role == ChatRole.User) turns.Add(new(message.Text));
            else if (message.Role == ChatRole.Assistant && last is not null)
                turns[^1] = last with { Reply = last.Reply is null ? message.Text : Joined(last.Reply, message.Text) };
            else if (message.Role == ChatRole.Assistant) turns.Add(new("", message.Text)); // a greeting
            else throw new ArgumentException($"There is no role '{message.Role}' in a conversation with this model.", nameof(messages));
        }

        if (turns.Count == 0 || turns[^1].Reply is not null)
            throw new ArgumentException("The last message must be the user's, for the model to reply to.", nameof(messages));
        return new(system.Count > 0 ? string.Join("\n\n", system) : null, turns);
    }

    static string Joined(string first, string second) => $"{first}\n\n{second}";
}
