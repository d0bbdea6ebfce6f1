using System.Diagnostics;
using CoderLsp.Inference.KvCache;
using CoderLsp.Inference.Models;

namespace CoderLsp.Inference.Generation.Speculation;

/// <summary>
/// Computes the logits behind one chosen token after the other. Where the text is likely to go on as it did elsewhere, the tokens that may
/// follow are computed in the same batch, which costs little more than one: as long as those are chosen, their logits are there already. The
/// model chooses every token all the same.
/// </summary>
/// <param name="speculator">Null: no drafts are made.</param>
sealed unsafe class SpeculativeDecoder(Transformer model, KvSequence sequence, Workspace work, Speculator? speculator)
{
    readonly int[] _batch = new int[1 + DraftPolicy.MostDrafted]; // a chosen token, and the draft behind it
    float* _logits;
    int _start, _count, _row, _matched;

    /// <summary>Drafted tokens that were computed, and how many of these were chosen, since the text began.</summary>
    public int Drafted { get; private set; }

    /// <inheritdoc cref="Drafted"/>
    public int Accepted { get; private set; }

    /// <summary>Begins behind a prompt that has been computed.</summary>
    public void Begin()
    {
        _start = sequence.Length - 1;
        (_count, _row) = (1, 0);
        (Drafted, Accepted) = (0, 0);
    }

    /// <summary>The logits behind a text whose last token has just been chosen.</summary>
    /// <param name="most">How many tokens beyond it can still be of use; 0 forbids to speculate.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public float* Next(ReadOnlySpan<int> text, int most, CancellationToken cancellation)
    {
        if (_row + 1 < _count && _batch[_row + 1] == text[^1]) return _logits + (long)++_row * model.Shape.Vocabulary;
        if (_count > 1) speculator!.Policy.Learn(_matched, _count - 1, _row);
        End();
        _start = text.Length - 1;
        _row = 0;
        _batch[0] = text[^1];
        _count = 1 + Draft(text, Math.Min(most, model.ExactBatch - 1));
        var begun = Stopwatch.GetTimestamp();
        var batch = _batch.AsSpan(0, _count);
        _count = 1; // in case that it is cancelled
        _logits = model.Forward(batch, sequence, batch.Length, work, cancellation);
        _count = batch.Length;
        speculator?.Policy.LearnCost(_count, Stopwatch.GetElapsedTime(begun));
        return _logits;
    }

    /// <summary>Forgets what was computed and not chosen.</summary>
    public void End()
    {
        var chosen = _start + 1 + _row;
        if (sequence.Length > chosen) sequence.Truncate(chosen);
        Drafted += _count - 1;
        Accepted += _row;
        (_start, _count, _row) = (chosen - 1, 1, 0);
    }

    int Draft(ReadOnlySpan<int> text, int most)
    {
        if (speculator is null || most <= 0) return 0;
        var available = speculator.Index.Find(text, _batch.AsSpan(1, Math.Min(most, DraftPolicy.MostDrafted)), out _matched);
        return speculator.Policy.Choose(_matched, available);
    }
}
