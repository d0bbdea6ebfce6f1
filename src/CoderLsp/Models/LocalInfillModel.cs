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

    readonly LocalEngine _local;
    readonly int? _fixedTokens;

    LocalInfillModel(ModelFile file, LocalEngine engine, InfillFormat format, int? fixedTokens)
    {
        Name = file.Name;
        Format = format;
        _local = engine;
        _fixedTokens = fixedTokens;
    }

    public string Name { get; }

    public int ContextTokens => _local.Engine.ContextTokens;

    public InfillFormat Format { get; }

    public bool IsSmall => Memory.FileBytes < MostOfSmall;

    public ModelMemory Memory => _local.Memory;

    /// <summary>The published name of the mix of types, <c>Q4_K_M</c>; null where the file does not say it.</summary>
    public string? Quantization => FileTypes.Of(_local.Engine.File)?.Name;

    public int Threads => _local.Engine.Threads;

    /// <summary>How fast it was on this machine when that was last measured; null: never.</summary>
    public ComputingSpeed? KeptSpeed => SpeedFile.OfUser.Find(SpeedKey);

    // All that the speed depends on, but for what else the machine does.
    string SpeedKey => $"{Path.GetFileName(_local.Engine.File.Path)} {_local.Engine.File.Length} {Threads} {InstructionSets.Selected} {Environment.ProcessorCount}";

    public ModelStatistics Statistics { get; } = new();

    /// <inheritdoc cref="Engine.Cache"/>
    public CacheStatistics Cache => _local.Engine.Cache;

    /// <inheritdoc cref="Inference.Gguf.GgufFile.HasChangedOnDisk"/>
    public bool HasChangedOnDisk => _local.Engine.File.HasChangedOnDisk;

    /// <summary>Opens a model's file; takes seconds for large ones.</summary>
    /// <param name="warn">Takes a sentence about what is odd with the file, or cannot be had of it.</param>
    /// <param name="shared">An engine of the file, which it takes over; null: one of its own.</param>
    /// <exception cref="Inference.Gguf.GgufException">The file cannot be used.</exception>
    /// <exception cref="UserException">The environment asks for a length of answers that there is not.</exception>
    public static LocalInfillModel Load(ModelFile file, CoderLspSettings settings, Action<string> warn, LocalEngine? shared = null)
    {
        var local = shared ?? LocalEngine.Open(file, settings, [], warn);
        try
        {
            var format = InfillFormats.Of(local.Engine.Tokenizer, local.Engine.File.Metadata, settings.PromptOrder);
            if (!format.HasInfillTokens) warn($"{file.Name} has no tokens to fill in the middle with: it completes left to right.");
            return new(file, local, format, FixedLength.FromEnvironment());
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

    /// <inheritdoc cref="Engine.PromptChunk"/>
    public int PromptChunk => _local.Engine.PromptChunk;

    /// <summary>Times the computation of <paramref name="count"/> arbitrary tokens.</summary>
    /// <param name="batch">Tokens that are computed together: <see cref="PromptChunk"/> as of a prompt, 1 as when generating.</param>
    public Task<TimeSpan> TimeAsync(int count, int batch, CancellationToken cancellation) => _local.Engine.TimeAsync(count, 0, batch, cancellation);

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

    public void Encode(ReadOnlySpan<char> text, List<int> tokens) => _local.Engine.Tokenizer.Encode(text, tokens, continues: true);

    public async Task<InfillResult> GenerateAsync(InfillRequest request, CancellationToken cancellation)
    {
        var stop = request.Stop;
        var result = await _local.Engine.GenerateAsync(
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
        _local.Used();
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
        var result = await _local.Engine.PrefillAsync(prompt, WorkPriority.Background, cancellation).ConfigureAwait(false);
        _local.Used();
        return result.ComputedTokens;
    }

    public void Dispose() => _local.Dispose();

    sealed class Prior(ITokenExpectation expectation) : ITokenPrior
    {
        public int Expect(ReadOnlySpan<int> text, Span<int> tokens, Span<float> probabilities) => expectation.Expect(text, tokens, probabilities);
    }
}
