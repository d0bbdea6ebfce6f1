namespace CoderLsp.Completion.Inline;

/// <summary>Whether a suggestion that nobody asked for is shown: a logistic estimate of the chance that the user wants it.</summary>
/// <remarks>
/// The first three weights are fitted to replayed typing (119 commits of six projects that the seedling was not trained on, 2,101
/// suggestions at every 17th keystroke or so, 300 of them what was typed next). On these, by threshold, the share of the suggestions that
/// is shown, how many of these are right, and how many of the right ones are kept:
///
///     0 (all)  100%  14%  100%       0.08   48%  28%  95%
///     0.03      66%  21%   98%       0.15   35%  36%  90%
///     0.05      58%  24%   98%       0.20   29%  42%  85%
///
/// Weights that were fitted to half of the commits do as well on the other half (0.05: 56%, 24%, 99%). A right suggestion that is
/// withheld is worse than a wrong one that is overlooked, and half a right one is worth something too: so the gate stands lower still.
/// With what is recalled of the project in the probabilities they still rank better than weights fitted to that (docs/quality.md).
/// What cannot be measured without users (the pause, their accept rate) has the small weights that others found, within bounds.
/// </remarks>
static class ShowGate
{
    /// <summary>The chance below which a suggestion is not shown.</summary>
    public const double LeastChance = 0.01;

    const double OfConfidence = 5.2, OfLineLength = 0.4, OfLength = -0.4;
    const double OfTextToTheRight = -0.7;
    const double OfPreviousAccepted = 1.0, OfPause = -0.17;
    const double OfAcceptRate = 0.5, MostOfAcceptRate = 1;

    /// <param name="text">The suggestion.</param>
    public static bool Opens(double meanLogProbability, ReadOnlySpan<char> text, CursorContext cursor, AcceptHabits? habits) =>
        Chance(meanLogProbability, text, cursor, habits) >= LeastChance;

    public static double Chance(double meanLogProbability, ReadOnlySpan<char> text, CursorContext cursor, AcceptHabits? habits)
    {
        var sum = OfConfidence * meanLogProbability + OfLineLength * Math.Log(1 + cursor.Left.Length) + OfLength * Math.Log(1 + text.Length);
        if (cursor.Right.Length > 0 && !char.IsWhiteSpace(cursor.Right[0])) sum += OfTextToTheRight;
        if (habits is { } user)
        {
            // An acceptance tells of the next moments only.
            if (user is { PreviousAccepted: true, SinceDecision: { } pause })
                sum += Math.Max(0, OfPreviousAccepted + OfPause * Math.Log(1 + pause.TotalSeconds));
            sum += Math.Clamp(OfAcceptRate * (Logit(user.AcceptRate) - Logit(AcceptHistory.UsualRate)), -MostOfAcceptRate, MostOfAcceptRate);
        }
        return 1 / (1 + Math.Exp(-sum));
    }

    static double Logit(double share) => Math.Log(share / (1 - share));
}
