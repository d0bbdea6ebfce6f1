using System.Text;
using CoderLsp.Completion;
using CoderLsp.Completion.Prompts;
using CoderLsp.Configuration;
using CoderLsp.Inference.Generation;

namespace CoderLsp.Models;

/// <summary>The local engine as the completion room sees a model.</summary>
sealed class LocalInfillModel : IInfillModel, IDisposable
{
    readonly Engine _engine;

    LocalInfillModel(ModelFile file, Engine engine, InfillFormat format)
    {
        Name = file.Name;
        Format = format;
        _engine = engine;
    }

    public string Name { get; }

    public int ContextTokens => _engine.ContextTokens;

    public InfillFormat Format { get; }

    /// <summary>Opens a model's file and makes it ready; takes seconds for large ones.</summary>
    /// <param name="warn">Takes a sentence about what is odd with the file, or cannot be had of it.</param>
    /// <exception cref="Inference.Gguf.GgufException">The file cannot be used.</exception>
    public static LocalInfillModel Load(ModelFile file, CoderLspSettings settings, Action<string> warn)
    {
        var engine = Engine.Load(file.Path, new EngineOptions { Threads = settings.Threads, ContextTokens = settings.ContextTokens, Warn = warn });
        var format = InfillFormats.Of(engine.Tokenizer, engine.File.Metadata, settings.PromptOrder);
        if (!format.HasInfillTokens) warn($"{file.Name} has no tokens to fill in the middle with: it completes left to right.");
        return new(file, engine, format);
    }

    /// <summary>Runs a few tokens, so that the first request finds compiled code and weights in memory. Blocks.</summary>
    public void WarmUp() => _engine.WarmUpAsync().GetAwaiter().GetResult();

    public void Encode(ReadOnlySpan<char> text, List<int> tokens) => _engine.Tokenizer.Encode(text, tokens);

    public async Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation)
    {
        var stop = request.Stop;
        var result = await _engine.GenerateAsync(
            new()
            {
                Prompt = request.Prompt,
                Required = Encoding.UTF8.GetBytes(request.Healed),
                MaxTokens = request.MaxTokens,
                Stop = stop is null ? null : text => stop(text),
            },
            cancellation).ConfigureAwait(false);
        var end = result.End switch
        {
            GenerationEnd.EndOfText => InfillEnd.EndOfText,
            GenerationEnd.StopRule => InfillEnd.StopRule,
            _ => InfillEnd.TokenLimit,
        };
        return new(result.Text, end, result.MeanLogProbability,
            new(result.PromptTokens, result.CachedTokens, result.Tokens.Count, result.PromptTime, result.GenerateTime));
    }

    public void Dispose() => _engine.Dispose();
}
