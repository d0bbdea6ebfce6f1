using System.Runtime.CompilerServices;
using System.Text;
using CoderLsp.Completion;
using CoderLsp.Completion.Chat;
using CoderLsp.Configuration;
using Microsoft.Extensions.AI;

namespace CoderLsp.Commands.Chat;

/// <summary>What was said in a chat, and the files that it is about.</summary>
sealed class Conversation(ChatSettings settings)
{
    // Tells the model, in the next turn, why its answer ends where it ends.
    const string CutMark = " … (the user stopped the answer here)";

    readonly List<ChatMessage> _turns = [];
    readonly List<(string Path, Attachment Part)> _files = [];

    public IReadOnlyList<ChatMessage> Turns => _turns;

    public IEnumerable<string> Files => _files.Select(file => file.Part.Name);

    /// <summary>Whether the last answer ended at the limit of its length.</summary>
    public bool CutOff { get; private set; }

    /// <summary>Takes a file along; a newer text of one replaces the older.</summary>
    public void Add(string path, Attachment part)
    {
        _files.RemoveAll(known => known.Path == path && known.Part.FirstLine == part.FirstLine);
        _files.Add((path, part));
    }

    /// <summary>Forgets what was said; the files stay.</summary>
    public void Clear() => _turns.Clear();

    /// <summary>
    /// The answer in pieces. When it is stopped, what was said stays, marked as cut; a question that was not answered at all is as if it
    /// had not been asked.
    /// </summary>
    /// <exception cref="ConversationTooLongException">The question alone is too long.</exception>
    public async IAsyncEnumerable<string> AskAsync(string question, IChatModel model, [EnumeratorCancellation] CancellationToken cancellation)
    {
        CutOff = false;
        _turns.Add(new(ChatRole.User, question));
        var said = new StringBuilder();
        var ended = false;
        try
        {
            var messages = ChatPrompt.Build(_turns, [.. _files.Select(file => file.Part)], settings.SystemPrompt, model, settings.MaxTokens);
            await foreach (var update in model.Client.GetStreamingResponseAsync(messages, settings.ToChatOptions(), cancellation))
            {
                CutOff |= update.FinishReason == ChatFinishReason.Length;
                said.Append(update.Text);
                if (update.Text.Length > 0) yield return update.Text;
            }
            ended = true;
        }
        finally
        {
            if (said.Length > 0) _turns.Add(new(ChatRole.Assistant, ended ? said.ToString() : said + CutMark));
            else _turns.RemoveAt(_turns.Count - 1);
        }
    }
}
