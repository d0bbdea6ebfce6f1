using System.Diagnostics;
using System.Runtime.InteropServices;
using CoderLsp.Inference.Generation.Speculation;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Models;
using CoderLsp.Inference.Sampling;
using CoderLsp.Inference.Scheduling;
using CoderLsp.Inference.Tokenization;
using CoderLsp.Kernels.Attention;

namespace CoderLsp.Inference.Generation;

/// <summary>
/// Continues texts with a model, one at a time; others may do so with the same model and cache between its blocks. Choosing and computing a
/// token allocates nothing.
/// </summary>
sealed unsafe class Generator : IDisposable
{
    readonly Transformer _model;
    readonly Tokenizer _tokenizer;
    readonly Speculator? _speculator;
    readonly int _contextTokens;
    readonly KvTree _cache;
    readonly KvSequence _sequence;
    readonly SpeculativeDecoder _decoder;
    readonly Sampler _sampler;
    readonly Mixture _mixture = new();
    readonly RequiredPrefix _required;
    readonly GeneratedText _text = new();
    readonly List<int> _tokens = new(256), _history = new(4096);
    int[]? _endings;

    /// <param name="speculator">Null: no tokens are computed ahead of being chosen.</param>
    public Generator(Transformer model, Tokenizer tokenizer, KvTree cache, int contextTokens, Speculator? speculator)
    {
        (_model, _tokenizer, _cache, _speculator, _contextTokens) = (model, tokenizer, cache, speculator, contextTokens);
        _sequence = new(cache);
        _decoder = new(model, _sequence, Workspace, speculator);
        _sampler = new(model.Shape.Vocabulary);
        _required = new(tokenizer);
    }

    public Workspace Workspace { get; } = new();

    /// <exception cref="ArgumentException">The prompt is empty, too long for the context, or holds an id that the model does not have.</exception>
    /// <exception cref="CacheFullException">Interrupted requests hold too much of the cache.</exception>
    /// <exception cref="OperationCanceledException">
    /// Cancelled, or work in the background whose pages a request needed. What was computed until then is kept for the next request.
    /// </exception>
    public GenerationResult Run(GenerationRequest request, CancellationToken cancellation)
    {
        request.Sampling.Validate();
        var prompt = Checked(request.Prompt);
        Begin(request.Priority);
        try
        {
            var clock = Stopwatch.StartNew();
            var logits = Compute(prompt, 1, cancellation, out var cached);
            var promptTime = clock.Elapsed;

            _sampler.Begin(request.Sampling);
            _required.Begin(request.Required);
            _text.Clear();
            _tokens.Clear();
            _decoder.Begin();
            var (end, logProbability) = Continue(request, logits, cancellation);
            _decoder.End();
            return new GenerationResult(
                _text.Span.ToString(), [.. _tokens], end, _tokens.Count == 0 ? 0 : logProbability / _tokens.Count,
                prompt.Length, cached, promptTime, clock.Elapsed - promptTime)
            {
                DraftedTokens = _decoder.Drafted, AcceptedTokens = _decoder.Accepted,
            };
        }
        finally
        {
            End();
        }
    }

    /// <summary>Brings a text into the cache.</summary>
    /// <inheritdoc cref="Run" path="/exception"/>
    public PrefillResult Prefill(IReadOnlyList<int> tokens, WorkPriority priority, CancellationToken cancellation)
    {
        var text = Checked(tokens);
        Begin(priority);
        try
        {
            Compute(text, 0, cancellation, out var cached);
            return new(cached, text.Length - cached);
        }
        finally
        {
            End();
        }
    }

    /// <summary>Times the computation of the tokens from <paramref name="first"/> on, so many at once.</summary>
    /// <inheritdoc cref="Run" path="/exception"/>
    public TimeSpan Time(ReadOnlySpan<int> tokens, int first, int batch, CancellationToken cancellation)
    {
        try
        {
            Compute(tokens[..first], 0, cancellation, out _);
            var start = Stopwatch.GetTimestamp();
            for (; first < tokens.Length; first += batch)
                _model.Forward(tokens.Slice(first, Math.Min(batch, tokens.Length - first)), _sequence, 1, Workspace, cancellation);
            return Stopwatch.GetElapsedTime(start);
        }
        finally
        {
            End();
        }
    }

    public void Dispose()
    {
        _sequence.Dispose();
        Workspace.Dispose();
    }

    void Begin(WorkPriority priority)
    {
        if (priority == WorkPriority.Background) _cache.Expendable.Add(_sequence);
    }

    void End()
    {
        _cache.Expendable.Remove(_sequence);
        _sequence.Clear();
    }

    (GenerationEnd End, double LogProbability) Continue(GenerationRequest request, float* logits, CancellationToken cancellation)
    {
        var logProbability = 0.0;
        var free = 0; // tokens that are not owed to the required bytes
        while (free < request.MaxTokens && _history.Count < _contextTokens)
        {
            var mustBegin = request.MustBegin && _text.Span.IsWhiteSpace();
            if (mustBegin) ExcludeEndings(logits);
            if (request.Prior is { } prior) _mixture.Apply(prior, CollectionsMarshal.AsSpan(_history), new Span<float>(logits, _model.Shape.Vocabulary));
            var row = new ReadOnlySpan<float>(logits, _model.Shape.Vocabulary);
            var allowed = CollectionsMarshal.AsSpan(_required.Allowed);
            var token = _sampler.Choose(row, CollectionsMarshal.AsSpan(_history), allowed, request.Sampling);
            if (float.IsNegativeInfinity(row[token])) return (GenerationEnd.EndOfText, logProbability); // nothing else may come
            if (_tokenizer.Special.IsEndOfGeneration(token) && !request.IgnoreEnd) return (GenerationEnd.EndOfText, logProbability);

            logProbability += Logits.LogProbability(row, token, allowed);
            _tokens.Add(token);
            _history.Add(token);
            _speculator?.Index.Add(token);
            var owed = _required.IsThrough ? 0 : _required.Advance(token);
            if (_required.IsThrough) free++;
            _text.Append(_tokenizer.Vocabulary.Bytes(token)[owed..]);
            if (_required.IsThrough && request.Stop?.Invoke(_text.Span) == true) return (GenerationEnd.StopRule, logProbability);
            if (free == request.MaxTokens) break;
            // Drafts do not know what is required, and end where the last token does.
            var most = mustBegin || !_required.IsThrough ? 0 : Math.Min(request.MaxTokens - free - 1, _contextTokens - _history.Count);
            logits = _decoder.Next(CollectionsMarshal.AsSpan(_history), most, cancellation);
        }

        return (GenerationEnd.TokenLimit, logProbability);
    }

    /// <summary>Makes the tokens impossible that end the text, or its line, before anything stands on it.</summary>
    void ExcludeEndings(float* logits)
    {
        _endings ??= [.. Enumerable.Range(0, _model.Shape.Vocabulary).Where(id => _tokenizer.Special.IsEndOfGeneration(id) || IsLineBreak(id, 0))];
        if (_required.IsThrough)
            foreach (var id in _endings) logits[id] = float.NegativeInfinity;
        else
            foreach (var id in _required.Allowed)
                if (IsLineBreak(id, _required.BytesLeft)) logits[id] = float.NegativeInfinity;
    }

    bool IsLineBreak(int token, int from)
    {
        var bytes = _tokenizer.Vocabulary.Bytes(token);
        return bytes.Length > from && bytes[from..].TrimStart(" \t"u8) is [(byte)'\n' or (byte)'\r', ..];
    }

    /// <summary>Computes what the cache does not have of a text, and always those tokens whose logits are wanted.</summary>
    /// <param name="logitRows">How many of the last tokens' logits are wanted; 0 or 1.</param>
    /// <returns>(logitRows, vocabulary); null for none.</returns>
    float* Compute(ReadOnlySpan<int> text, int logitRows, CancellationToken cancellation, out int cached)
    {
        var known = text[..^logitRows];
        _sequence.Extend(known);
        cached = _sequence.Length;
        _speculator?.Index.Add(text[Math.Max(0, cached - DraftIndex.LeastMatch + 1)..]); // with the end of what it knows, so that they hang together
        float* logits = null;
        while (_sequence.Length < text.Length)
        {
            var first = _sequence.Length;
            // Up to the end of a page: from there on others may have computed the same meanwhile.
            var count = Math.Min(_model.PromptChunk - first % KvLayout.PageTokens, text.Length - first);
            logits = _model.Forward(text.Slice(first, count), _sequence, first + count == text.Length ? logitRows : 0, Workspace, cancellation);
            if (_sequence.Length < known.Length) _sequence.Extend(known);
        }

        return logits;
    }

    ReadOnlySpan<int> Checked(IReadOnlyList<int> prompt)
    {
        if (prompt.Count == 0) throw new ArgumentException("The prompt has no tokens.");
        if (prompt.Count > _contextTokens)
            throw new ArgumentException($"The prompt has {prompt.Count} tokens, but the context holds {_contextTokens}.");
        _history.Clear();
        _history.AddRange(prompt);
        foreach (var id in _history)
            if ((uint)id >= (uint)_model.Shape.Vocabulary)
                throw new ArgumentException($"The prompt holds the id {id}, but the model's vocabulary ends at {_model.Shape.Vocabulary - 1}.");
        return CollectionsMarshal.AsSpan(_history);
    }
}
