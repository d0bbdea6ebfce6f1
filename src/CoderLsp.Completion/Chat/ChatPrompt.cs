using Microsoft.Extensions.AI;

namespace CoderLsp.Completion.Chat;

/// <summary>
/// The messages that a model gets for a conversation. What was said before stays as it was, so that a cache of computed tokens holds:
/// the files go into the first message, and when the window is full the oldest exchanges go, so many that it is half empty again.
/// </summary>
public static class ChatPrompt
{
    // What a template puts around each message.
    const int TokensAround = 16;

    /// <param name="turns">What was said, the last by the user; a system message in it wins over <paramref name="system"/>.</param>
    /// <param name="attachments">The most important last: the first ones are cut when the window is too small for all.</param>
    /// <param name="system">Null: the model's own.</param>
    /// <param name="answerTokens">Kept free for the answer.</param>
    /// <exception cref="ConversationTooLongException">The last message alone is too long for the window.</exception>
    public static List<ChatMessage> Build(
        IReadOnlyList<ChatMessage> turns, IReadOnlyList<Attachment> attachments, string? system, IChatModel model, int answerTokens)
    {
        var messages = turns.Where(turn => turn.Role != ChatRole.System).ToList();
        system = turns.LastOrDefault(turn => turn.Role == ChatRole.System)?.Text ?? system;
        // A question as long as the window would leave nothing for the answer, and an answer nothing for the question.
        var room = model.ContextTokens - Math.Min(answerTokens, model.ContextTokens / 2) - model.TemplateTokens
            - (system is null ? 0 : Cost(model, system));

        var costs = messages.ConvertAll(message => Cost(model, message.Text));
        if (costs[^1] > room) throw new ConversationTooLongException(costs[^1], Math.Max(0, room), model.Name);
        var first = FirstShown(messages, costs, room);
        var shown = messages[first..];

        var files = Fitting(attachments, room - costs[first..].Sum(), model);
        // A client's conversation may begin with a greeting of the assistant.
        var question = shown.FindIndex(message => message.Role == ChatRole.User);
        if (files.Length > 0) shown[question] = new(ChatRole.User, files + shown[question].Text);
        if (system is not null) shown.Insert(0, new(ChatRole.System, system));
        return shown;
    }

    static int Cost(IChatModel model, string text) => model.CountTokens(text) + TokensAround;

    /// <summary>
    /// The first message to show. Decided for each question in turn as it was when that question was the last, so that between two moves
    /// of the window all questions find what stands before them in the cache.
    /// </summary>
    static int FirstShown(List<ChatMessage> messages, List<int> costs, int room)
    {
        var (first, sum) = (0, 0);
        for (var last = 0; last < messages.Count; last++)
        {
            sum += costs[last];
            if (messages[last].Role != ChatRole.User || sum <= room) continue;
            // A question goes with its answer; the last question stays.
            while (first < last && (sum > room / 2 || messages[first].Role != ChatRole.User)) sum -= costs[first++];
        }
        return first;
    }

    static string Fitting(IReadOnlyList<Attachment> attachments, int room, IChatModel model)
    {
        var shown = new List<string>();
        foreach (var attachment in attachments.Reverse())
        {
            var text = attachment.Shown();
            var cost = model.CountTokens(text);
            for (var lines = attachment.LineCount; cost > room && lines > 1;)
            {
                // A share of the lines has about that share of the tokens.
                lines = Math.Min(lines - 1, (int)((long)lines * Math.Max(0, room) / cost));
                if (lines < 1) break;
                text = attachment.Shown(lines);
                cost = model.CountTokens(text);
            }
            if (cost > room) continue;
            room -= cost;
            shown.Insert(0, text);
        }
        return string.Concat(shown);
    }
}

/// <summary>A message does not fit into the model's window.</summary>
public sealed class ConversationTooLongException(int tokens, int room, string model) : Exception(
    $"The message has {tokens} tokens, and {model} has room for {room} besides its answer. Send less text, or set a model with a larger window as 'chatModel'.");
