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
    readonly LocalEngine _local;

    LocalChatModel(ModelFile file, LocalEngine engine, ChatTemplate template, ChatSettings settings)
    {
        Name = file.Name;
        _local = engine;
        Template = template.Family.Title;
        TemplateTokens = template.Encode(template.DefaultSystem, [new("")]).Count;
        Client = new LocalChatClient(file.Name, engine.Engine, template, settings, Statistics, engine.Used);
    }

    public string Name { get; }

    public int ContextTokens => _local.Engine.ContextTokens;

    public IChatClient Client { get; }

    /// <summary>What the model family calls its way of writing conversations.</summary>
    public string Template { get; }

    public int TemplateTokens { get; }

    public ModelMemory Memory => _local.Memory;

    public ModelStatistics Statistics { get; } = new();

    /// <inheritdoc cref="Inference.Gguf.GgufFile.HasChangedOnDisk"/>
    public bool HasChangedOnDisk => _local.Engine.File.HasChangedOnDisk;

    /// <summary>Opens a model's file; takes seconds for large ones.</summary>
    /// <inheritdoc cref="LocalInfillModel.Load" path="/param"/>
    /// <exception cref="Inference.Gguf.GgufException">The file cannot be used.</exception>
    /// <exception cref="UserException">It is not known how to write conversations for it; the message says what to set.</exception>
    public static LocalChatModel Load(ModelFile file, CoderLspSettings settings, Action<string> warn, LocalEngine? shared = null)
    {
        var local = shared ?? LocalEngine.Open(file, settings, [], warn);
        try
        {
            var template = ChatTemplate.Of(local.Engine.File, local.Engine.Tokenizer, settings.ChatTemplate, out var problem) ?? throw new UserException(problem!);
            return new(file, local, template, settings.Chat);
        }
        catch
        {
            local.Dispose();
            throw;
        }
    }

    /// <summary>Goes through all that a request does, so that the first one is fast. Blocks.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void WarmUp(CancellationToken cancellation) => _local.Engine.WarmUpAsync(cancellation).GetAwaiter().GetResult();

    public int CountTokens(ReadOnlySpan<char> text) => _local.Engine.Tokenizer.Count(text);

    public void Dispose() => _local.Dispose();
}
