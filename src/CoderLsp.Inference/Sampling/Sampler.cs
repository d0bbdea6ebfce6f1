using System.Runtime.CompilerServices;

namespace CoderLsp.Inference.Sampling;

/// <summary>Chooses tokens from logits. Penalty, top-k, top-p, min-p, temperature, in this order. Allocates nothing per token.</summary>
sealed class Sampler(int vocabulary)
{
    // Tokens this far below the best have a share of e^-30 of its probability: all of a vocabulary's together vanish in a float's rounding.
    const float Negligible = 30;

    readonly float[] _penalised = new float[vocabulary], _logits = new float[vocabulary], _probabilities = new float[vocabulary];
    readonly int[] _ids = new int[vocabulary];
    ulong _random;

    /// <summary>Starts a new text.</summary>
    public void Begin(SamplingOptions options) => _random = options.Seed ?? (ulong)Random.Shared.NextInt64();

    /// <summary>The next token.</summary>
    /// <param name="logits">(vocabulary).</param>
    /// <param name="recent">The text's tokens so far, for the penalty.</param>
    /// <param name="allowed">Only these tokens may be chosen; empty for all.</param>
    public int Choose(ReadOnlySpan<float> logits, ReadOnlySpan<int> recent, ReadOnlySpan<int> allowed, SamplingOptions options)
    {
        if (options.RepetitionPenalty != 1)
        {
            logits.CopyTo(_penalised);
            Penalise(recent[^Math.Min(recent.Length, options.RepetitionWindow)..], options.RepetitionPenalty);
            logits = _penalised;
        }

        return options.Temperature == 0 ? Best(logits, allowed) : Draw(logits, allowed, options);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int Best(ReadOnlySpan<float> logits, ReadOnlySpan<int> allowed)
    {
        if (allowed.IsEmpty)
        {
            var best = 0;
            for (var i = 1; i < logits.Length; i++)
                if (logits[i] > logits[best]) best = i;
            return best;
        }

        var choice = allowed[0];
        foreach (var id in allowed)
            if (logits[id] > logits[choice]) choice = id;
        return choice;
    }

    void Penalise(ReadOnlySpan<int> recent, float penalty)
    {
        for (var i = 0; i < recent.Length; i++)
        {
            var id = recent[i];
            if (recent[..i].Contains(id)) continue; // once, however often it came
            _penalised[id] = _penalised[id] > 0 ? _penalised[id] / penalty : _penalised[id] * penalty;
        }
    }

    int Draw(ReadOnlySpan<float> logits, ReadOnlySpan<int> allowed, SamplingOptions options)
    {
        var count = options.TopK > 0 ? Best(logits, allowed, options.TopK) : Candidates(logits, allowed);

        // Probabilities before temperature decide top-p and min-p, as in other engines.
        var best = _logits[0];
        var total = 0f;
        for (var i = 0; i < count; i++) total += _probabilities[i] = MathF.Exp(_logits[i] - best);
        var kept = 0;
        for (var reached = 0f; kept < count; kept++)
        {
            if (reached >= options.TopP * total || _probabilities[kept] < options.MinP) break;
            reached += _probabilities[kept];
        }

        count = Math.Max(1, kept);
        total = 0;
        for (var i = 0; i < count; i++) total += _probabilities[i] = MathF.Exp((_logits[i] - best) / options.Temperature);
        var point = NextSingle() * total;
        for (var i = 0; i < count; i++)
        {
            point -= _probabilities[i];
            if (point < 0) return _ids[i];
        }

        return _ids[count - 1];
    }

    /// <summary>Puts the <paramref name="k"/> best tokens into _ids and _logits, best first; returns how many there are.</summary>
    int Best(ReadOnlySpan<float> logits, ReadOnlySpan<int> allowed, int k)
    {
        var total = allowed.IsEmpty ? logits.Length : allowed.Length;
        k = Math.Min(k, total);
        var count = 0;
        for (var i = 0; i < total; i++)
        {
            var id = allowed.IsEmpty ? i : allowed[i];
            var logit = logits[id];
            if (count == k && !(logit > _logits[k - 1])) continue; // nearly always: few tokens are ever among the best so far
            var at = count < k ? count++ : k - 1;
            for (; at > 0 && _logits[at - 1] < logit; at--) (_logits[at], _ids[at]) = (_logits[at - 1], _ids[at - 1]);
            (_logits[at], _ids[at]) = (logit, id);
        }

        return count;
    }

    /// <summary>Puts the tokens that matter into _ids and _logits, best first; returns how many.</summary>
    int Candidates(ReadOnlySpan<float> logits, ReadOnlySpan<int> allowed)
    {
        var floor = logits[Best(logits, allowed)] - Negligible;
        var count = 0;
        var total = allowed.IsEmpty ? logits.Length : allowed.Length;
        for (var i = 0; i < total; i++)
        {
            var id = allowed.IsEmpty ? i : allowed[i];
            var logit = logits[id];
            if (!(logit >= floor)) continue;
            _probabilities[count] = -logit; // the sort key: ascending is best first
            _ids[count++] = id;
        }

        _probabilities.AsSpan(0, count).Sort(_ids.AsSpan(0, count));
        for (var i = 0; i < count; i++) _logits[i] = -_probabilities[i];
        return count;
    }

    /// <summary>SplitMix64: small, seedable, good enough to draw tokens with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    float NextSingle()
    {
        var z = _random += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 40) * (1f / (1 << 24));
    }
}
