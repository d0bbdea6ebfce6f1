using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CoderLsp.Configuration;
using CoderLsp.Inference.Chat;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Sampling;
using CoderLsp.Inference.Scheduling;
using Microsoft.Extensions.AI;

namespace CoderLsp.Models.Chat;

/// <summary>Conversations with the local engine. May be used from any thread; the engine serves one request at a time.</summary>
/// <param name="used">Called after each answer.</param>
sealed class LocalChatClient(string name, Engine engine, ChatTemplate template, ChatSettings defaults, ModelStatistics statistics, Action used) : IChatClient
{
    // Nobody has use for a shorter one.
    const int LeastAnswer = 64;

    readonly ReplyMemory _replies = new(engine.Tokenizer);

    /// <exception cref="ArgumentException">The messages are no conversation that ends with the user's, or an option is out of its range.</exception>
    /// <exception cref="UserException">They do not fit the window.</exception>
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc cref="GetResponseAsync"/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (options?.Tools is { Count: > 0 }) throw new ArgumentException("This model calls no tools.", nameof(options));
        var most = options?.MaxOutputTokens ?? defaults.MaxTokens;
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1, nameof(options));
        var prompt = Encode(Conversation.Of(messages, options?.Instructions), most);

        var pieces = Channel.CreateUnbounded<string>(new() { SingleReader = true, SingleWriter = true });
        var stops = template.Family.Stops.Concat(options?.StopSequences ?? []).Where(stop => stop.Length > 0).ToList();
        var reply = new ReplyStream(template.Lead, stops, piece => pieces.Writer.TryWrite(piece));
        // Whoever stops reading, or cancels, stops the computation.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var generation = GenerateAsync(new()
        {
            Prompt = prompt, MaxTokens = Math.Min(most, engine.ContextTokens - prompt.Count), Sampling = Sampling(options), Stop = reply.Add,
            Priority = WorkPriority.Answer,
        }, reply, pieces.Writer, stopping.Token);
        var id = Guid.NewGuid().ToString("N");
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return Update([new TextContent(piece)]);
        }
        finally
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            await ((Task)generation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var result = await generation.ConfigureAwait(false);
        var last = Update([new UsageContent(new()
        {
            InputTokenCount = result.PromptTokens, CachedInputTokenCount = result.CachedTokens, OutputTokenCount = result.Tokens.Count,
            TotalTokenCount = result.PromptTokens + result.Tokens.Count,
        })]);
        last.FinishReason = result.End == GenerationEnd.TokenLimit ? ChatFinishReason.Length : ChatFinishReason.Stop;
        yield return last;

        ChatResponseUpdate Update(IList<AIContent> contents) => new(ChatRole.Assistant, contents) { ModelId = name, ResponseId = id, MessageId = id };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("coderlsp", defaultModelId: name)
        : serviceType.IsInstanceOfType(this) ? this : null;

    // The engine belongs to the model.
    public void Dispose()
    {
    }

    async Task<GenerationResult> GenerateAsync(
        GenerationRequest request, ReplyStream reply, ChannelWriter<string> pieces, CancellationToken cancellation)
    {
        try
        {
            var result = await engine.GenerateAsync(request, cancellation).ConfigureAwait(false);
            reply.End(result.Text);
            statistics.Add(result);
            used();
            _replies.Add(reply.Text, template.Lead, result.Tokens);
            return result;
        }
        finally
        {
            pieces.Complete();
        }
    }

    SamplingOptions Sampling(ChatOptions? options)
    {
        var standard = SamplingOptions.Greedy;
        return new()
        {
            Temperature = options?.Temperature ?? (float)defaults.Temperature, TopK = options?.TopK ?? standard.TopK,
            TopP = options?.TopP ?? standard.TopP, Seed = (ulong?)options?.Seed,
        };
    }

    /// <summary>The tokens of the conversation. Whoever makes one sees to it that it fits, with room for the answer; this is the last look.</summary>
    List<int> Encode(Conversation conversation, int mostOutput)
    {
        var system = conversation.System ?? defaults.SystemPrompt ?? template.DefaultSystem;
        var turns = conversation.Turns.Select(turn => turn.Reply is { } reply ? turn with { ReplyTokens = _replies.Find(reply) } : turn).ToList();
        var kept = Math.Min(mostOutput, LeastAnswer);
        var room = engine.ContextTokens - kept;
        var prompt = template.Encode(system, turns);
        return prompt.Count <= room ? prompt : throw new UserException(
            $"The conversation is too long for {name}: it is {prompt.Count} tokens, but the window of {engine.ContextTokens} tokens has room "
            + $"for {room}, as {kept} are kept for the answer. Ask about less text"
            + (engine.ContextTokens < engine.Shape.ContextLength
                ? $", or raise contextTokens or cache.maxMegabytes (the model's window is {engine.Shape.ContextLength} tokens)." : "."));
    }
}
