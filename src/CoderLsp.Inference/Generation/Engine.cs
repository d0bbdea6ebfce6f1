using CoderLsp.Inference.Generation.Speculation;
using CoderLsp.Inference.Gguf;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Models;
using CoderLsp.Inference.Scheduling;
using CoderLsp.Inference.Tokenization;
using CoderLsp.Kernels;
using CoderLsp.Kernels.MatMul;

namespace CoderLsp.Inference.Generation;

/// <summary>Sees the logits after each position of a text: (vocabulary), valid during the call only.</summary>
public delegate void LogitsVisitor(int position, ReadOnlySpan<float> logits);

/// <summary>A loaded model. May be used from any thread; the work is done on the engine's own.</summary>
public sealed unsafe class Engine : IDisposable
{
    /// <summary>Tokens of a prompt that go through the layers together.</summary>
    public int PromptChunk => _model.PromptChunk;

    /// <summary>Most tokens that go through the layers together: their logits are all held at once.</summary>
    public const int MaxBatch = 4096;

    readonly ComputePool _pool;
    readonly Transformer _model;
    readonly KvTree _cache;
    readonly List<Generator> _generators = []; // one for each piece of work that others have interrupted, and one
    readonly Speculator? _speculator;
    readonly ModelWorker _worker;
    readonly bool _ownsWorker;
    readonly CancellationTokenSource _closing = new();
    readonly Lock _gate = new();
    bool _closed;
    int _running; // pieces of work that have begun

    Engine(GgufFile file, EngineOptions options)
    {
        File = file;
        // Compiled while the rest is loaded, two types at a time: the first prompt would wait for one after the other.
        var types = file.Tensors.Where(tensor => tensor.Rows > 1).Select(tensor => tensor.Type).Distinct().ToList();
        _ = Task.Run(() => Parallel.ForEach(types.Select(KernelRegistry.Find).OfType<WeightKernel>(), MatMul.Prepare));
        Shape = ModelShapeReader.Read(file);
        ModelSupport.CheckVocabulary(file, Shape);
        Tokenizer = Tokenizer.FromGguf(file, options.Warn);
        Threads = options.Threads ?? EngineOptions.DefaultThreads(Cores.Count);
        ContextTokens = Math.Min(Shape.ContextLength, options.ContextTokens ?? Shape.ContextLength);

        _pool = new ComputePool(Threads);
        try
        {
            _model = new Transformer(file, Shape, _pool, options.CacheType);
        }
        catch
        {
            _pool.Dispose();
            throw;
        }

        _cache = new KvTree(_model.KvLayout, KvTree.PagesFor(_model.KvLayout, options.CacheBytes, ContextTokens));
        _speculator = options.Speculates ? new Speculator() : null;
        _ownsWorker = options.Worker is null;
        _worker = options.Worker ?? new ModelWorker($"model {Path.GetFileName(file.Path)}", TimeProvider.System);
        _model.BetweenBlocks = _worker.GiveWay;
    }

    public GgufFile File { get; }

    public Tokenizer Tokenizer { get; }

    public ModelShape Shape { get; }

    public int Threads { get; }

    /// <summary>Largest prompt and continuation together.</summary>
    public int ContextTokens { get; }

    /// <summary>What a file of <see cref="SaveCacheAsync"/> must agree with: the model, the code, and how keys and values lie.</summary>
    public byte[] CacheKey => field ??= KvSnapshot.Key(ModelFingerprint.Of(File), _model.KvLayout);

    /// <summary>What the KV cache has taken, and what had to go.</summary>
    public CacheStatistics Cache => _cache.Statistics;

    /// <summary>Opens and checks a model file. Weights are read when they are first used.</summary>
    /// <exception cref="GgufException">The file is missing, malformed, or of a kind that is not supported.</exception>
    public static Engine Load(string path, EngineOptions? options = null) => Load(GgufFile.Open(path), options);

    /// <summary>Takes over a file, which is closed with the engine, or at once when it cannot be used.</summary>
    /// <exception cref="GgufException">The file is malformed, or of a kind that is not supported.</exception>
    public static Engine Load(GgufFile file, EngineOptions? options = null)
    {
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

    /// <summary>Continues a text. A more urgent request interrupts what runs, which then goes on.</summary>
    /// <exception cref="ArgumentException">The request does not fit the model; the message says how.</exception>
    /// <exception cref="GgufException">The file was changed while it was in use; every request fails until the model is loaded again.</exception>
    /// <exception cref="CacheFullException">Interrupted requests hold too much of the cache.</exception>
    /// <exception cref="OperationCanceledException">
    /// Cancelled between products, or work in the background whose part of the cache a request needed; what was computed serves the next request.
    /// </exception>
    public Task<GenerationResult> GenerateAsync(GenerationRequest request, CancellationToken cancellation = default) =>
        RunAsync(request.Priority, (generator, token) => generator.Run(request, token), cancellation);

    /// <summary>Brings a text into the KV cache, so that a request that begins with it finds it there.</summary>
    /// <exception cref="ArgumentException">The text is empty, too long for the context, or holds an id that the model does not have.</exception>
    /// <inheritdoc cref="GenerateAsync" path="/exception[position() > 1]"/>
    public Task<PrefillResult> PrefillAsync(IReadOnlyList<int> tokens, WorkPriority priority, CancellationToken cancellation = default) =>
        RunAsync(priority, (generator, token) => generator.Prefill(tokens, priority, token), cancellation);

    /// <summary>Puts what the KV cache used last into a file, for the next start. Whatever is more urgent ends it.</summary>
    /// <param name="path">Of the file, which is replaced when all is written; only the user can read it.</param>
    /// <param name="mostBytes">Of the file.</param>
    /// <returns>How many tokens were written.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or a request came in between: the older file is still there.</exception>
    public Task<int> SaveCacheAsync(string path, long mostBytes, CancellationToken cancellation = default) =>
        RunAsync(WorkPriority.Background, (_, token) => KvSnapshot.Save(_cache, path, CacheKey, mostBytes, () =>
        {
            token.ThrowIfCancellationRequested();
            if (_worker.IsWanted) throw new OperationCanceledException();
        }), cancellation);

    /// <summary>Fills the KV cache with what <see cref="SaveCacheAsync"/> has written.</summary>
    /// <returns>How many tokens it has now.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or was written for another model or by another version.</exception>
    /// <exception cref="IOException">It cannot be read, or it is cut off.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public Task<int> RestoreCacheAsync(string path, CancellationToken cancellation = default) =>
        RunAsync(WorkPriority.Suggestion, (_, _) => // requests wait for the model that is being loaded
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            var pages = KvSnapshot.Read(_cache, stream, CacheKey, Shape.Vocabulary);
            foreach (var page in pages) _speculator?.Index.Add(page.Tokens);
            return pages.Sum(page => page.Length);
        }, cancellation);

    /// <summary>Computes a text, beginning with an empty cache, and shows the logits after each of its tokens.</summary>
    /// <param name="tokens">At most <see cref="ContextTokens"/>.</param>
    /// <param name="batch">Tokens that go through the layers together, at most <see cref="MaxBatch"/>; 1 takes the way of decoding.</param>
    public Task EvaluateAsync(ReadOnlyMemory<int> tokens, int batch, LogitsVisitor visit, CancellationToken cancellation = default)
    {
        Check(tokens.Length, batch);
        foreach (var id in tokens.Span) ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Shape.Vocabulary, nameof(tokens));
        return RunAsync(WorkPriority.Answer, (generator, token) =>
        {
            using var sequence = new KvSequence(_cache, isShared: false);
            for (var start = 0; start < tokens.Length; start += batch)
            {
                var part = tokens.Span.Slice(start, Math.Min(batch, tokens.Length - start));
                var logits = _model.Forward(part, sequence, part.Length, generator.Workspace, token);
                for (var i = 0; i < part.Length; i++)
                    visit(start + i, new ReadOnlySpan<float>(logits + (long)i * Shape.Vocabulary, Shape.Vocabulary));
            }

            return true;
        }, cancellation);
    }

    /// <summary>Times the computation of <paramref name="count"/> arbitrary tokens behind <paramref name="depth"/> others, for measurements.</summary>
    /// <param name="batch">Tokens that go through the layers together; 1 takes the way of decoding.</param>
    public Task<TimeSpan> TimeAsync(int count, int depth, int batch, CancellationToken cancellation = default)
    {
        Check(count + depth, batch);
        var tokens = Enumerable.Range(0, depth + count).Select(i => (int)((i * 104_729L + 71) % Shape.Vocabulary)).ToArray();
        return RunAsync(WorkPriority.Answer, (generator, token) => generator.Time(tokens, depth, batch, token), cancellation);
    }

    /// <summary>Goes once through all that a request does, so that code is compiled and weights are in memory before a user waits.</summary>
    public Task WarmUpAsync(CancellationToken cancellation = default) =>
        GenerateAsync(new GenerationRequest
        {
            // Long enough for the way of prompts; a required text, so that healing is ready; two tokens, so that one is decoded.
            Prompt = new int[Math.Clamp(ContextTokens - 2, 1, MatMul.FewTokensLimit + 1)], Required = "a"u8.ToArray(), MaxTokens = 2, IgnoreEnd = true,
        }, cancellation);

    /// <summary>
    /// Cancels what runs and closes the file when that has ended: before it returns, but with a shared worker perhaps later, as work of
    /// another engine may have interrupted it.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _running++; // nothing is freed meanwhile
        }

        _closing.Cancel();
        if (_ownsWorker) _worker.Dispose();
        End();
    }

    void Free()
    {
        foreach (var generator in _generators) generator.Dispose();
        _cache.Dispose();
        _model.Dispose();
        _pool.Dispose();
        File.Dispose();
        _closing.Dispose();
    }

    void Check(int length, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ContextTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, MaxBatch);
    }

    Task<T> RunAsync<T>(WorkPriority priority, Func<Generator, CancellationToken, T> work, CancellationToken cancellation) =>
        _worker.RunAsync(priority, token =>
        {
            var generator = Begin();
            try
            {
                File.CheckLength();
                using var either = CancellationTokenSource.CreateLinkedTokenSource(token, _closing.Token);
                return work(generator, either.Token);
            }
            finally
            {
                End();
            }
        }, cancellation);

    /// <exception cref="ObjectDisposedException">The engine is closed.</exception>
    Generator Begin()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_running == _generators.Count) _generators.Add(new(_model, Tokenizer, _cache, ContextTokens, _speculator));
            return _generators[_running++];
        }
    }

    void End()
    {
        bool isLast;
        lock (_gate) isLast = --_running == 0 && _closed;
        if (isLast) Free();
    }
}
