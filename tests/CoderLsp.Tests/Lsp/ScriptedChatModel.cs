using System.Runtime.CompilerServices;
using CoderLsp.Completion;
using Microsoft.Extensions.AI;

namespace CoderLsp.Tests.Lsp;

/// <summary>A chat model whose answers the test writes, in pieces; a token is a UTF-16 code unit.</summary>
sealed class ScriptedChatModel(Func<IReadOnlyList<ChatMessage>, CancellationToken, IAsyncEnumerable<string>> answer) : IChatModel, IChatClient
{
    public ScriptedChatModel(params string[] pieces) : this((_, _) => pieces.ToAsyncEnumerable())
    {
    }

    public string Name => "scripted chat";

    public int ContextTokens => 16384;

    /// <summary>Why its answers end.</summary>
    public ChatFinishReason End { get; init; } = ChatFinishReason.Stop;

    public int TemplateTokens => 16;

    public IChatClient Client => this;

    /// <summary>What was asked last.</summary>
    public IReadOnlyList<ChatMessage> Asked { get; private set; } = [];

    public ChatOptions? Options { get; private set; }

    public int CountTokens(ReadOnlySpan<char> text) => text.Length;

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (Asked, Options) = ([.. messages], options);
        var count = 0;
        await foreach (var piece in answer(Asked, cancellationToken).WithCancellation(cancellationToken))
        {
            count += piece.Length;
            yield return new(ChatRole.Assistant, piece);
        }
        var usage = new UsageDetails { InputTokenCount = Asked.Sum(m => m.Text.Length), CachedInputTokenCount = 3, OutputTokenCount = count };
        yield return new(ChatRole.Assistant, [new UsageContent(usage)]) { FinishReason = End };
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public Action? Disposed { get; init; }

    public void Dispose() => Disposed?.Invoke();
}
