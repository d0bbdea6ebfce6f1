using CoderLsp.Inference.Chat;

namespace CoderLsp.Models;

/// <summary>Which turns of a conversation are shown to the model when not all fit.</summary>
static class ConversationWindow
{
    /// <summary>
    /// The first turn to show. The decision is made again for each turn from the beginning, as it was made when that turn was the last: when
    /// the window is full it moves on by half, so that the turns after that find what stands before them in the cache.
    /// </summary>
    /// <param name="cost">Tokens of a text.</param>
    /// <param name="budget">Tokens for all turns that are shown.</param>
    public static int First(IReadOnlyList<ChatTurn> turns, Func<string, int> cost, int budget)
    {
        var first = 0;
        var sum = 0; // of the turns shown before this one
        var whole = new int[turns.Count];
        for (var last = 0; last < turns.Count; last++)
        {
            var prompt = cost(turns[last].Prompt);
            if (sum + prompt > budget)
                while (first < last && sum + prompt > budget / 2) sum -= whole[first++];
            whole[last] = prompt + (turns[last].ReplyTokens?.Count ?? cost(turns[last].Reply ?? ""));
            sum += whole[last];
        }

        return first;
    }
}
