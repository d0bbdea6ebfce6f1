using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace CoderLsp.Completion.Tests.Actions;

/// <summary>A chat model that gives the answer of the test in pieces of a few characters. A token is a word or another character.</summary>
sealed class FakeChatModel(string answer = "", bool cutOff = false, int contextTokens = 4096) : IChatModel, IChatClient
{
    public string Name => "fake";

    public int ContextTokens => contextTokens;

    public int TemplateTokens => 128;

    public IChatClient Client => this;

    public IReadOnlyList<ChatMessage> Messages { get; private set; } = [];

    public ChatOptions? Options { get; private set; }

    /// <summary>Called before each piece.</summary>
    public Action? BeforePiece { get; init; }

    public int CountTokens(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; count++)
        {
            var end = i + 1;
            if (char.IsLetter(text[i]) || text[i] == ' ')
                while (end < text.Length && char.IsLetter(text[end])) end++;
            i = end;
        }
        return count;
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Messages = [.. messages];
        Options = options;
        foreach (var piece in answer.Chunk(7))
        {
            await Task.Yield();
            BeforePiece?.Invoke();
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(ChatRole.Assistant, new string(piece));
        }
        yield return new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = 11, OutputTokenCount = 5 })])
        {
            FinishReason = cutOff ? ChatFinishReason.Length : ChatFinishReason.Stop,
        };
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Actions take the answer in pieces.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }
}
