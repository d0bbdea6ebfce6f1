using System.Runtime.CompilerServices;
using CoderLsp.Completion;
using CoderLsp.Completion.Prompts;
using CoderLsp.Configuration;
using CoderLsp.Models.Loading;
using Microsoft.Extensions.AI;

namespace CoderLsp.ProtocolFuzz;

/// <summary>A model that answers at once, or (one time in eight) a little later, so that cancellations and changes meet it at work.</summary>
sealed class QuickModel : IInfillModel
{
    int _calls;

    public string Name => "quick";

    public int ContextTokens => 2048;

    public InfillFormat Format { get; } = new(InfillOrder.None, Bos: null);

    public void Encode(ReadOnlySpan<char> text, List<int> tokens)
    {
        foreach (var unit in text) tokens.Add(unit);
    }

    public async Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _calls) % 8 == 0) await Task.Delay(1, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return new("value + 1", InfillEnd.EndOfText, -0.1, new(request.Prompt.Count, 0, 4, default, default));
    }

    public Task<int> PrefillAsync(IReadOnlyList<int> prompt, CancellationToken cancellation) => Task.FromResult(prompt.Count);
}

/// <summary>A chat model that answers as quickly: with code, with prose, or with nothing.</summary>
sealed class QuickChatModel : IChatModel, IChatClient
{
    static readonly string[] Answers = ["```python\nx = 1\n```", "I would rather not.", "", "```\n"];
    int _calls;

    public string Name => "quick";

    public int ContextTokens => 4096;

    public int TemplateTokens => 0;

    public IChatClient Client => this;

    public int CountTokens(ReadOnlySpan<char> text) => text.Length / 3;

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var call = Interlocked.Increment(ref _calls);
        if (call % 8 == 0) await Task.Delay(1, cancellationToken).ConfigureAwait(false);
        foreach (var piece in Answers[call % Answers.Length].Split(' '))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(ChatRole.Assistant, piece);
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}

/// <summary>Whatever the settings name is a quick model.</summary>
sealed class QuickPlans : IModelPlans
{
    public ModelPlan<LoadedCompletion> Completion(CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded) =>
        new(settings.Model, "model", _ => false, () => null, (_, _) => new(new QuickModel()));

    public ModelPlan<LoadedChat>? Chat(CoderLspSettings settings, Func<IEnumerable<ModelMemory>> loaded) =>
        settings.ChatModel is { } name ? new(name, "chatModel", _ => false, () => null, (_, _) => new(new QuickChatModel())) : null;
}
