using CoderLsp.Kernels;

namespace CoderLsp.Inference.Models.FeedForward;

/// <summary>
/// Chooses each token's experts by the router's logits, and their weights. An expert's score is the softmax over all logits, or the sigmoid
/// of its own; a bias may be added for the choice alone. With groups, only the experts of the best groups are considered; a group is as
/// good as its best expert (DeepSeek-V2, softmax) or its two best ones together (V3, sigmoid).
/// </summary>
unsafe struct ExpertRoutingJob : IParallelJob
{
    /// <summary>(tokens, experts); becomes the scores.</summary>
    public float* Logits;

    /// <summary>(experts), or null for none.</summary>
    public float* ChoiceBias;

    /// <summary>(tokens, used) numbers of the experts and their weights.</summary>
    public int* Chosen;
    public float* Weights;
    public int Experts, Used, Groups, UsedGroups;
    public bool IsSigmoid, NormalisesWeights;
    public float Scale;

    public ExpertShape Shape
    {
        set => (Experts, Used, Groups, UsedGroups, IsSigmoid, NormalisesWeights, Scale) =
            (value.Count, value.Used, value.Groups, value.UsedGroups, value.IsSigmoid, value.NormalisesWeights, value.Scale);
    }

    public readonly void Execute(int worker, int first, int last)
    {
        var choice = stackalloc float[Experts];
        var groups = stackalloc float[Groups];
        for (var t = first; t < last; t++)
        {
            var scores = Logits + (long)t * Experts;
            Score(scores);
            for (var e = 0; e < Experts; e++) choice[e] = scores[e] + (ChoiceBias == null ? 0 : ChoiceBias[e]);
            if (Groups > 1) LeaveOutGroups(choice, groups);
            Choose(scores, choice, Chosen + (long)t * Used, Weights + (long)t * Used);
        }
    }

    readonly void Score(float* logits)
    {
        if (IsSigmoid)
        {
            for (var e = 0; e < Experts; e++) logits[e] = 1 / (1 + MathF.Exp(-logits[e]));
            return;
        }

        float max = float.NegativeInfinity, sum = 0;
        for (var e = 0; e < Experts; e++) max = Math.Max(max, logits[e]);
        for (var e = 0; e < Experts; e++) sum += logits[e] = MathF.Exp(logits[e] - max);
        for (var e = 0; e < Experts; e++) logits[e] /= sum;
    }

    readonly void LeaveOutGroups(float* choice, float* groups)
    {
        var size = Experts / Groups;
        for (var g = 0; g < Groups; g++)
        {
            float best = float.NegativeInfinity, second = float.NegativeInfinity;
            for (var e = g * size; e < (g + 1) * size; e++)
                if (choice[e] > best) (best, second) = (choice[e], best);
                else second = Math.Max(second, choice[e]);
            groups[g] = IsSigmoid && size > 1 ? best + second : best;
        }

        for (var left = Groups; left > UsedGroups; left--)
        {
            var worst = -1;
            for (var g = Groups - 1; g >= 0; g--)
                if (!float.IsNaN(groups[g]) && (worst < 0 || groups[g] < groups[worst])) worst = g;
            if (worst < 0) return; // the state is no number: nothing is better than anything
            groups[worst] = float.NaN;
            new Span<float>(choice + worst * size, size).Fill(float.NegativeInfinity);
        }
    }

    readonly void Choose(float* scores, float* choice, int* chosen, float* weights)
    {
        var sum = 0f;
        for (var i = 0; i < Used; i++)
        {
            var best = FirstBut(chosen, i);
            for (var e = 0; e < Experts; e++)
                if (choice[e] > choice[best]) best = e;
            chosen[i] = best;
            sum += weights[i] = scores[best];
            choice[best] = float.NegativeInfinity;
        }

        var factor = NormalisesWeights ? Scale / Math.Max(sum, 6e-5f) : Scale; // the least half that is normal, as in other engines
        for (var i = 0; i < Used; i++) weights[i] *= factor;
    }

    /// <summary>The first expert that is not yet chosen: it stays where no score compares, as of a state that is no number.</summary>
    static int FirstBut(int* chosen, int count)
    {
        var e = 0;
        while (new ReadOnlySpan<int>(chosen, count).Contains(e)) e++;
        return e;
    }
}
