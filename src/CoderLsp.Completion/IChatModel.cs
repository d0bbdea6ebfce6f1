using Microsoft.Extensions.AI;

namespace CoderLsp.Completion;

/// <summary>
/// A language model that answers messages, as this room sees it. The local engine and engines elsewhere stand behind it.
/// </summary>
public interface IChatModel
{
    /// <summary>What a user calls the model: a file's name.</summary>
    string Name { get; }

    /// <summary>Largest conversation and answer together, in tokens.</summary>
    int ContextTokens { get; }

    /// <summary>
    /// Answers messages, whole or in pieces as they are generated. The last piece says how the answer ended
    /// (<see cref="ChatFinishReason.Stop"/> or <see cref="ChatFinishReason.Length"/>) and what it cost (<see cref="UsageContent"/>).
    /// May be used from any thread; requests are served one at a time.
    /// </summary>
    IChatClient Client { get; }

    /// <summary>
    /// Tokens of a conversation whose one message is empty: what the model's template puts around it, with the template's own system text
    /// where it has one.
    /// </summary>
    int TemplateTokens { get; }

    /// <summary>Tokens of a text by itself, to keep a prompt within a budget.</summary>
    int CountTokens(ReadOnlySpan<char> text);
}
