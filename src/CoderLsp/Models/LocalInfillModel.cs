using System.Text;
using CoderLsp.Completion;
using CoderLsp.Completion.Inline;
using CoderLsp.Completion.Prompts;
using CoderLsp.Configuration;
using CoderLsp.Inference.Generation;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Sampling;
using CoderLsp.Inference.Scheduling;
using CoderLsp.Kernels;
using CoderLsp.Models.Loading;

namespace CoderLsp.Models;

/// <summary>The local engine as the completion room sees a model.</summary>
sealed class LocalInfillModel : IInfillModel, IDisposable
{
    // The seedling has 6 MB. What larger models gain by it nobody has measured.
    const long MostOfSmall = 50_000_000;

    readonly Engine _engine;
    readonly int? _fixedTokens;
    CacheSnapshots? _snapshots;

    LocalInfillModel(ModelFile file, Engine engine, InfillFormat format, ModelMemory memory, int? fixedTokens)
    {
        Name = file.Name;
        Format = format;
        Memory = memory;
        _engine = engine;
        _fixedTokens = fixedTokens;
    }

    public string Name { get; }

    public int ContextTokens => _engine.ContextTokens;

    public InfillFormat Format { get; }

    public bool IsSmall => Memory.FileBytes < MostOfSmall;

    public ModelMemory Memory { get; }

    /// <summary>The published name of the mix of types, <c>Q4_K_M</c>; null where the file does not say it.</summary>
    public string? Quantization => FileTypes.Of(_engine.File)?.Name;

    public int Threads => _engine.Threads;

    /// <summary>How fast it was on this machine when that was last measured; null: never.</summary>
    public ComputingSpeed? KeptSpeed => SpeedFile.OfUser.Find(SpeedKey);

    // All that the speed depends on, but for what else the machine does.
    string SpeedKey => $"{Path.GetFileName(_engine.File.Path)} {_engine.File.Length} {Threads} {InstructionSets.Selected} {Environment.ProcessorCount}";

    public ModelStatistics Statistics { get; } = new();

    /// <inheritdoc cref="Engine.Cache"/>
    public CacheStatistics Cache => _engine.Cache;

    /// <inheritdoc cref="Inference.Gguf.GgufFile.HasChangedOnDisk"/>
    public bool HasChangedOnDisk => _engine.File.HasChangedOnDisk;

    /// <summary>Opens a model's file; takes seconds for large ones.</summary>
    /// <param name="warn">Takes a sentence about what is odd with the file, or cannot be had of it.</param>
    /// <param name="loaded">What other models take of the memory.</param>
    /// <param name="worker">The thread that computes, shared with other models; null for one of its own.</param>
    /// <exception cref="Inference.Gguf.GgufException">The file cannot be used.</exception>
    /// <exception cref="UserException">The environment asks for a length of answers that there is not.</exception>
    public static LocalInfillModel Load(ModelFile file, CoderLspSettings settings, Action<string> warn, IEnumerable<ModelMemory>? loaded = null,
        ModelWorker? worker = null)
    {
        var fixedTokens = FixedLength.FromEnvironment();
        var (engine, memory) = EngineLoader.Load(file, settings, loaded ?? [], warn, worker);
        var format = InfillFormats.Of(engine.Tokenizer, engine.File.Metadata, settings.PromptOrder);
        if (!format.HasInfillTokens) warn($"{file.Name} has no tokens to fill in the middle with: it completes left to right.");
        return new(file, engine, format, memory, fixedTokens);
    }

    /// <inheritdoc cref="EngineLoader.ReadWeights"/>
    public void ReadWeights(Action<int> progress, CancellationToken cancellation) => EngineLoader.ReadWeights(_engine, progress, cancellation);

    /// <summary>Goes on with what an earlier run of the program has read, and keeps that for the next one. Blocks while it is read.</summary>
    /// <inheritdoc cref="CacheSnapshots.Open" path="/param"/>
    public void UseSnapshots(string folder, Action<string> warn) => _snapshots = CacheSnapshots.Open(_engine, folder, "suggestions", TimeProvider.System, warn);

    /// <summary>Goes through all that a request does, so that the first one is fast. Blocks.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void WarmUp(CancellationToken cancellation) => _engine.WarmUpAsync(cancellation).GetAwaiter().GetResult();

    /// <inheritdoc cref="Engine.PromptChunk"/>
    public int PromptChunk => _engine.PromptChunk;

    /// <summary>Times the computation of <paramref name="count"/> arbitrary tokens.</summary>
    /// <param name="batch">Tokens that are computed together: <see cref="PromptChunk"/> as of a prompt, 1 as when generating.</param>
    public Task<TimeSpan> TimeAsync(int count, int batch, CancellationToken cancellation) => _engine.TimeAsync(count, 0, batch, cancellation);

    /// <summary>Measures how fast the model computes here, and keeps that.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<ComputingSpeed> MeasureAsync(CancellationToken cancellation)
    {
        var (prompt, decode) = (Math.Min(64, ContextTokens), Math.Min(8, ContextTokens));
        var speed = new ComputingSpeed(
            prompt / (await TimeAsync(prompt, PromptChunk, cancellation).ConfigureAwait(false)).TotalSeconds,
            decode / (await TimeAsync(decode, 1, cancellation).ConfigureAwait(false)).TotalSeconds);
        SpeedFile.OfUser.Keep(SpeedKey, speed);
        return speed;
    }

    public void Encode(ReadOnlySpan<char> text, List<int> tokens) => _engine.Tokenizer.Encode(text, tokens, continues: true);

    public async Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation)
    {
        var stop = request.Stop;
        var result = await _engine.GenerateAsync(
            new GenerationRequest
            {
                Prompt = request.Prompt,
                Required = Encoding.UTF8.GetBytes(request.Healed),
                MaxTokens = request.MaxTokens,
                Stop = stop is null ? null : text => stop(text),
                Sampling = request.Sampling is var (temperature, seed) ? new() { Temperature = temperature, Seed = seed } : SamplingOptions.Greedy,
                MustBegin = request.MustBegin,
                Priority = request.Ahead ? WorkPriority.Background : WorkPriority.Suggestion,
                Prior = request.Expectation is { } expectation ? new Prior(expectation) : null,
            }.WithTokens(_fixedTokens),
            cancellation).ConfigureAwait(false);
        Statistics.Add(result);
        _snapshots?.Used();
        var end = result.End switch
        {
            GenerationEnd.EndOfText => InfillEnd.EndOfText,
            GenerationEnd.StopRule => InfillEnd.StopRule,
            _ => InfillEnd.TokenLimit,
        };
        return new(result.Text, end, result.MeanLogProbability,
            new(result.PromptTokens, result.CachedTokens, result.Tokens.Count, result.PromptTime, result.GenerateTime));
    }

    public async Task<int> PrefillAsync(IReadOnlyList<int> prompt, CancellationToken cancellation)
    {
        var result = await _engine.PrefillAsync(prompt, WorkPriority.Background, cancellation).ConfigureAwait(false);
        _snapshots?.Used();
        return result.ComputedTokens;
    }

    public void Dispose()
    {
        _snapshots?.Dispose();
        _engine.Dispose();
    }

    sealed class Prior(ITokenExpectation expectation) : ITokenPrior
    {
        public int Expect(ReadOnlySpan<int> text, Span<int> tokens, Span<float> probabilities) => expectation.Expect(text, tokens, probabilities);
    }
}
