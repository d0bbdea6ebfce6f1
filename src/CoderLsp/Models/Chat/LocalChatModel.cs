using CoderLsp.Completion;
using CoderLsp.Configuration;
using CoderLsp.Inference.Chat;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.Scheduling;
using CoderLsp.Models.Loading;
using Microsoft.Extensions.AI;

namespace CoderLsp.Models.Chat;

/// <summary>The local engine as the completion room sees a chat model.</summary>
sealed class LocalChatModel : IChatModel, IDisposable
{
    readonly Engine _engine;
    CacheSnapshots? _snapshots;

    LocalChatModel(ModelFile file, Engine engine, ChatTemplate template, ModelMemory memory, ChatSettings settings)
    {
        Name = file.Name;
        Memory = memory;
        _engine = engine;
        Template = template.Family.Title;
        TemplateTokens = template.Encode(template.DefaultSystem, [new("")]).Count;
        Client = new LocalChatClient(file.Name, engine, template, settings, Statistics, () => _snapshots?.Used());
    }

    public string Name { get; }

    public int ContextTokens => _engine.ContextTokens;

    public IChatClient Client { get; }

    /// <summary>What the model family calls its way of writing conversations.</summary>
    public string Template { get; }

    public int TemplateTokens { get; }

    public ModelMemory Memory { get; }

    public ModelStatistics Statistics { get; } = new();

    /// <inheritdoc cref="Inference.Gguf.GgufFile.HasChangedOnDisk"/>
    public bool HasChangedOnDisk => _engine.File.HasChangedOnDisk;

    /// <summary>Opens a model's file; takes seconds for large ones.</summary>
    /// <param name="warn">Takes a sentence about what is odd with the file, or about memory.</param>
    /// <param name="loaded">What other models take of the memory.</param>
    /// <param name="worker">The thread that computes, shared with other models; null for one of its own.</param>
    /// <exception cref="Inference.Gguf.GgufException">The file cannot be used.</exception>
    /// <exception cref="UserException">It is not known how to write conversations for it; the message says what to set.</exception>
    public static LocalChatModel Load(ModelFile file, CoderLspSettings settings, Action<string> warn, IEnumerable<ModelMemory>? loaded = null,
        ModelWorker? worker = null)
    {
        var (engine, memory) = EngineLoader.Load(file, settings, loaded ?? [], warn, worker);
        try
        {
            var template = ChatTemplate.Of(engine.File, engine.Tokenizer, settings.ChatTemplate, out var problem) ?? throw new UserException(problem!);
            return new(file, engine, template, memory, settings.Chat);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="EngineLoader.ReadWeights"/>
    public void ReadWeights(Action<int> progress, CancellationToken cancellation) => EngineLoader.ReadWeights(_engine, progress, cancellation);

    /// <inheritdoc cref="LocalInfillModel.UseSnapshots"/>
    public void UseSnapshots(string folder, Action<string> warn) => _snapshots = CacheSnapshots.Open(_engine, folder, "chat", TimeProvider.System, warn);

    /// <summary>Goes through all that a request does, so that the first one is fast. Blocks.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void WarmUp(CancellationToken cancellation) => _engine.WarmUpAsync(cancellation).GetAwaiter().GetResult();

    public int CountTokens(ReadOnlySpan<char> text) => _engine.Tokenizer.Count(text);

    public void Dispose()
    {
        _snapshots?.Dispose();
        _engine.Dispose();
    }
}
