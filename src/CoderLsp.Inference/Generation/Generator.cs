using System.Diagnostics;
using System.Runtime.InteropServices;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Models;
using CoderLsp.Inference.Sampling;
using CoderLsp.Inference.Tokenization;

namespace CoderLsp.Inference.Generation;

/// <summary>
/// Continues texts with one model and one sequence, whose longest prefix in common with the next prompt is kept. For one thread.
/// Choosing and computing a token allocates nothing.
/// </summary>
sealed unsafe class Generator(Transformer model, Tokenizer tokenizer, KvSequence sequence, int contextTokens)
{
    readonly Sampler _sampler = new(model.Shape.Vocabulary);
    readonly RequiredPrefix _required = new(tokenizer);
    readonly GeneratedText _text = new();
    readonly List<int> _tokens = new(256), _history = new(4096);
    int[]? _endings;

    /// <exception cref="ArgumentException">The prompt is empty, too long for the context, or holds an id that the model does not have.</exception>
    /// <exception cref="OperationCanceledException">What was computed until then is kept for the next request.</exception>
    public GenerationResult Run(GenerationRequest request, CancellationToken cancellation)
    {
        request.Sampling.Validate();
        var prompt = Checked(request.Prompt);
        var clock = Stopwatch.StartNew();
        var cached = Math.Min(sequence.CommonPrefix(prompt), prompt.Length - 1); // the last token always, for its logits
        var logits = Compute(prompt, cached, 1, cancellation);
        var promptTime = clock.Elapsed;

        _sampler.Begin(request.Sampling);
        _required.Begin(request.Required);
        _text.Clear();
        _tokens.Clear();
        var (end, logProbability) = Continue(request, logits, cancellation);
        return new GenerationResult(
            _text.Span.ToString(), [.. _tokens], end, _tokens.Count == 0 ? 0 : logProbability / _tokens.Count,
            prompt.Length, cached, promptTime, clock.Elapsed - promptTime);
    }

    /// <summary>Brings a text into the cache.</summary>
    /// <exception cref="ArgumentException">It is empty, too long for the context, or holds an id that the model does not have.</exception>
    /// <exception cref="OperationCanceledException">What was computed until then is kept for the next request.</exception>
    public PrefillResult Prefill(IReadOnlyList<int> tokens, CancellationToken cancellation)
    {
        var text = Checked(tokens);
        var cached = sequence.CommonPrefix(text);
        Compute(text, cached, 0, cancellation);
        return new(cached, text.Length - cached);
    }

    (GenerationEnd End, double LogProbability) Continue(GenerationRequest request, float* logits, CancellationToken cancellation)
    {
        var logProbability = 0.0;
        var free = 0; // tokens that are not owed to the required bytes
        while (free < request.MaxTokens && sequence.Length < contextTokens)
        {
            if (request.MustBegin && _text.Span.IsWhiteSpace()) ExcludeEndings(logits);
            var row = new ReadOnlySpan<float>(logits, model.Shape.Vocabulary);
            var allowed = CollectionsMarshal.AsSpan(_required.Allowed);
            var token = _sampler.Choose(row, CollectionsMarshal.AsSpan(_history), allowed, request.Sampling);
            if (float.IsNegativeInfinity(row[token])) return (GenerationEnd.EndOfText, logProbability); // nothing else may come
            if (tokenizer.Special.IsEndOfGeneration(token) && !request.IgnoreEnd) return (GenerationEnd.EndOfText, logProbability);

            logProbability += Logits.LogProbability(row, token, allowed);
            _tokens.Add(token);
            _history.Add(token);
            var owed = _required.IsThrough ? 0 : _required.Advance(token);
            if (_required.IsThrough) free++;
            _text.Append(tokenizer.Vocabulary.Bytes(token)[owed..]);
            if (_required.IsThrough && request.Stop?.Invoke(_text.Span) == true) return (GenerationEnd.StopRule, logProbability);
            if (free < request.MaxTokens) logits = model.Forward([token], sequence, 1, cancellation);
        }

        return (GenerationEnd.TokenLimit, logProbability);
    }

    /// <summary>Makes the tokens impossible that end the text, or its line, before anything stands on it.</summary>
    void ExcludeEndings(float* logits)
    {
        _endings ??= [.. Enumerable.Range(0, model.Shape.Vocabulary).Where(id => tokenizer.Special.IsEndOfGeneration(id) || IsLineBreak(id, 0))];
        if (_required.IsThrough)
            foreach (var id in _endings) logits[id] = float.NegativeInfinity;
        else
            foreach (var id in _required.Allowed)
                if (IsLineBreak(id, _required.BytesLeft)) logits[id] = float.NegativeInfinity;
    }

    bool IsLineBreak(int token, int from)
    {
        var bytes = tokenizer.Vocabulary.Bytes(token);
        return bytes.Length > from && bytes[from..].TrimStart(" \t"u8) is [(byte)'\n' or (byte)'\r', ..];
    }

    /// <summary>Computes what follows the first <paramref name="cached"/> tokens, which the cache has.</summary>
    /// <returns>(logitRows, vocabulary) of the last tokens; null for none.</returns>
    float* Compute(ReadOnlySpan<int> text, int cached, int logitRows, CancellationToken cancellation)
    {
        sequence.Truncate(cached);
        float* logits = null;
        for (var start = cached; start < text.Length; start += model.PromptChunk)
        {
            var count = Math.Min(model.PromptChunk, text.Length - start);
            logits = model.Forward(text.Slice(start, count), sequence, start + count == text.Length ? logitRows : 0, cancellation);
        }

        return logits;
    }

    ReadOnlySpan<int> Checked(IReadOnlyList<int> prompt)
    {
        if (prompt.Count == 0) throw new ArgumentException("The prompt has no tokens.");
        if (prompt.Count > contextTokens)
            throw new ArgumentException($"The prompt has {prompt.Count} tokens, but the context holds {contextTokens}.");
        _history.Clear();
        _history.AddRange(prompt);
        foreach (var id in _history)
            if ((uint)id >= (uint)model.Shape.Vocabulary)
                throw new ArgumentException($"The prompt holds the id {id}, but the model's vocabulary ends at {model.Shape.Vocabulary - 1}.");
        return CollectionsMarshal.AsSpan(_history);
    }
}
