using System.Diagnostics;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Models;
using CoderLsp.Inference.Scheduling;
using CoderLsp.Inference.Tokenization;
using CoderLsp.Kernels;

namespace CoderLsp.Inference.Generation;

public sealed record EngineOptions
{
    /// <summary>Compute threads; null for one a core, at most 8: more share the same memory's bandwidth.</summary>
    public int? Threads { get; init; }

    /// <summary>Largest prompt and continuation together; null for the model's window.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Takes sentences about odd things in the model file that do not stop it from working.</summary>
    public Action<string>? Warn { get; init; }
}

/// <summary>Sees the logits after each position of a text: (vocabulary), valid during the call only.</summary>
public delegate void LogitsVisitor(int position, ReadOnlySpan<float> logits);

/// <summary>A loaded model. May be used from any thread; the work is done on the engine's own.</summary>
public sealed unsafe class Engine : IDisposable
{
    /// <summary>Tokens of a prompt that go through the layers together.</summary>
    public const int PromptChunk = Generator.PromptChunk;

    // A batch of four takes the way of prompts, the last one that of decoding.
    static readonly int[] WarmUpTokens = new int[5];

    readonly ComputePool _pool;
    readonly LlamaModel _model;
    readonly KvPagePool _pages;
    readonly KvSequence _sequence;
    readonly Generator _generator;
    readonly ModelWorker _worker;
    readonly CancellationTokenSource _closing = new();

    Engine(GgufFile file, EngineOptions options)
    {
        File = file;
        Shape = ModelShapeReader.Read(file);
        Tokenizer = Tokenizer.FromGguf(file, options.Warn);
        if (Tokenizer.Vocabulary.Count > Shape.Vocabulary)
            throw new GgufException(
                $"{file.Path}: the vocabulary has {Tokenizer.Vocabulary.Count} tokens, but 'token_embd.weight' has rows for {Shape.Vocabulary}.");
        Threads = options.Threads ?? Math.Min(Environment.ProcessorCount, 8);
        ContextTokens = Math.Min(Shape.ContextLength, options.ContextTokens ?? Shape.ContextLength);

        _pool = new ComputePool(Threads);
        try
        {
            _model = new LlamaModel(file, Shape, _pool);
        }
        catch
        {
            _pool.Dispose();
            throw;
        }

        _pages = new KvPagePool(_model.KvLayout);
        _sequence = new KvSequence(_pages);
        _generator = new Generator(_model, Tokenizer, _sequence, ContextTokens);
        _worker = new ModelWorker($"model {Path.GetFileName(file.Path)}");
    }

    public GgufFile File { get; }

    public Tokenizer Tokenizer { get; }

    public ModelShape Shape { get; }

    public int Threads { get; }

    /// <summary>Largest prompt and continuation together.</summary>
    public int ContextTokens { get; }

    /// <summary>Opens and checks a model file. Weights are read when they are first used.</summary>
    /// <exception cref="GgufException">The file is missing, malformed, or of a kind that is not supported.</exception>
    public static Engine Load(string path, EngineOptions? options = null)
    {
        var file = GgufFile.Open(path);
        try
        {
            return new Engine(file, options ?? new EngineOptions());
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Continues a text. Requests are served one after the other.</summary>
    /// <exception cref="ArgumentException">The request does not fit the model; the message says how.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between layers; what was computed serves the next request.</exception>
    public Task<GenerationResult> GenerateAsync(GenerationRequest request, CancellationToken cancellation = default) =>
        RunAsync(token => _generator.Run(request, token), cancellation);

    /// <summary>Computes a text, beginning with an empty cache, and shows the logits after each of its tokens.</summary>
    /// <param name="batch">Tokens that go through the layers together; 1 takes the way of decoding.</param>
    public Task EvaluateAsync(ReadOnlyMemory<int> tokens, int batch, LogitsVisitor visit, CancellationToken cancellation = default) =>
        RunAsync(token =>
        {
            _sequence.Truncate(0);
            for (var start = 0; start < tokens.Length; start += batch)
            {
                var part = tokens.Span.Slice(start, Math.Min(batch, tokens.Length - start));
                var logits = _model.Forward(part, _sequence, part.Length, token);
                for (var i = 0; i < part.Length; i++)
                    visit(start + i, new ReadOnlySpan<float>(logits + (long)i * Shape.Vocabulary, Shape.Vocabulary));
            }

            return true;
        }, cancellation);

    /// <summary>
    /// Computes tokens without looking at the results, for measurements: goes back to (or fills up to) <paramref name="depth"/> positions, then
    /// times a prompt or single tokens.
    /// </summary>
    /// <param name="tokens">Ids to compute.</param>
    /// <param name="batch">Tokens that go through the layers together.</param>
    public Task<TimeSpan> TimeAsync(ReadOnlyMemory<int> tokens, int depth, int batch, CancellationToken cancellation = default) =>
        RunAsync(token =>
        {
            var filler = Enumerable.Range(0, depth).Select(i => (i * 7919 + 13) % Shape.Vocabulary).ToArray();
            _sequence.Truncate(_sequence.CommonPrefix(filler));
            Compute(filler.AsSpan(_sequence.Length), Generator.PromptChunk, 0, token);
            var start = Stopwatch.GetTimestamp();
            Compute(tokens.Span, batch, 1, token);
            return Stopwatch.GetElapsedTime(start);
        }, cancellation);

    /// <summary>Runs one token and one small prompt through the model, so that code is compiled and weights are in memory before a user waits.</summary>
    public Task WarmUpAsync(CancellationToken cancellation = default) => TimeAsync(WarmUpTokens, depth: 0, batch: 4, cancellation);

    /// <summary>Cancels what runs, waits for it, and closes the file.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _worker.Dispose();
        _sequence.Dispose();
        _pages.Dispose();
        _model.Dispose();
        _pool.Dispose();
        File.Dispose();
        _closing.Dispose();
    }

    void Compute(ReadOnlySpan<int> tokens, int batch, int logitRows, CancellationToken cancellation)
    {
        for (var start = 0; start < tokens.Length; start += batch)
            _model.Forward(tokens.Slice(start, Math.Min(batch, tokens.Length - start)), _sequence, logitRows, cancellation);
    }

    Task<T> RunAsync<T>(Func<CancellationToken, T> work, CancellationToken cancellation) =>
        _worker.RunAsync(token =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(token, _closing.Token);
            return work(either.Token);
        }, cancellation);
}
