using System.Collections.Immutable;

namespace CoderLsp.Completion.Inline;

/// <summary>What became of the suggestions that the user saw, in one language. No text of the user's.</summary>
/// <param name="Shown">Suggestions that were seen.</param>
/// <param name="Accepted">Of these, taken whole.</param>
/// <param name="PartlyAccepted">Of these, taken in part only.</param>
/// <param name="Rejected">Of these, left standing while the user wrote something else.</param>
/// <param name="Characters">UTF-16 code units that were accepted.</param>
// A class: a dictionary of structs would be compiled anew at each start, which costs 30 ms.
public sealed record AcceptCounts(long Shown, long Accepted, long PartlyAccepted, long Rejected, long Characters)
{
    public static AcceptCounts None { get; } = new(0, 0, 0, 0, 0);

    public static AcceptCounts operator +(AcceptCounts a, AcceptCounts b) => new(
        a.Shown + b.Shown, a.Accepted + b.Accepted, a.PartlyAccepted + b.PartlyAccepted, a.Rejected + b.Rejected, a.Characters + b.Characters);

    public static AcceptCounts operator -(AcceptCounts a, AcceptCounts b) => new(
        a.Shown - b.Shown, a.Accepted - b.Accepted, a.PartlyAccepted - b.PartlyAccepted, a.Rejected - b.Rejected, a.Characters - b.Characters);

    /// <summary>Half as much weight.</summary>
    public AcceptCounts Halved() => new(Shown / 2, Accepted / 2, PartlyAccepted / 2, Rejected / 2, Characters / 2);
}

/// <summary>What the history says at this moment about the next suggestion's chances.</summary>
/// <param name="PreviousAccepted">Whether the last decision was to accept.</param>
/// <param name="SinceDecision">Time since the last decision; null for none in this session.</param>
/// <param name="AcceptRate">Share of the shown suggestions that was accepted in the language, 0 to 1, near the usual one while few were shown.</param>
public readonly record struct AcceptHabits(bool PreviousAccepted, TimeSpan? SinceDecision, double AcceptRate);

/// <summary>Counts what the user does with suggestions, by language. Safe for concurrent use.</summary>
public sealed class AcceptHistory(TimeProvider time)
{
    /// <summary>The accept rate of a language that nothing is known of; it weighs as much as <see cref="UsualWeight"/> suggestions.</summary>
    public const double UsualRate = 0.3;
    const double UsualWeight = 10;

    const int LongestLanguageId = 32;

    readonly Lock _gate = new();
    ImmutableDictionary<string, AcceptCounts> _kept = ImmutableDictionary<string, AcceptCounts>.Empty;
    ImmutableDictionary<string, AcceptCounts> _new = ImmutableDictionary<string, AcceptCounts>.Empty;
    (bool Accepted, long At)? _last;

    /// <summary>The name to count under: an editor may send any text as a language.</summary>
    public static string LanguageOf(string languageId) =>
        languageId.Length is > 0 and <= LongestLanguageId && languageId.All(c => char.IsAsciiLetterOrDigit(c) || "+#-._".Contains(c)) ? languageId : "other";

    /// <summary>What was counted and not yet kept.</summary>
    public ImmutableDictionary<string, AcceptCounts> Unkept
    {
        get
        {
            lock (_gate) return _new;
        }
    }

    /// <summary>All that is known of a language.</summary>
    public AcceptCounts Counts(string languageId)
    {
        lock (_gate) return CountsIn(_kept, languageId) + CountsIn(_new, languageId);
    }

    public AcceptHabits Habits(string languageId)
    {
        var counts = Counts(LanguageOf(languageId));
        var taken = Math.Clamp(counts.Accepted + counts.PartlyAccepted, 0, Math.Max(0, counts.Shown));
        (bool Accepted, long At)? last;
        lock (_gate) last = _last;
        return new(
            last is { Accepted: true },
            last is { } decision ? time.GetElapsedTime(decision.At) : null,
            (taken + UsualRate * UsualWeight) / (Math.Max(0, counts.Shown) + UsualWeight));
    }

    public void Shown(string languageId) => Add(languageId, new(1, 0, 0, 0, 0), null);

    /// <param name="correction">Whether it was counted as rejected before.</param>
    public void Accepted(string languageId, int characters, bool correction = false) =>
        Add(languageId, new(0, 1, 0, correction ? -1 : 0, characters), true);

    /// <summary>A part was taken; <paramref name="characters"/> more than before.</summary>
    /// <param name="first">Whether it is the first part of that suggestion.</param>
    public void AcceptedPart(string languageId, int characters, bool first) => Add(languageId, new(0, 0, first ? 1 : 0, 0, characters), true);

    /// <summary>The last part of a suggestion was taken that came in parts.</summary>
    public void AcceptedRest(string languageId, int characters) => Add(languageId, new(0, 1, -1, 0, characters), true);

    public void Rejected(string languageId) => Add(languageId, new(0, 0, 0, 1, 0), false);

    /// <summary>Takes over what is kept elsewhere, in which <paramref name="ours"/>, from <see cref="Unkept"/>, is contained.</summary>
    public void Keep(ImmutableDictionary<string, AcceptCounts> kept, ImmutableDictionary<string, AcceptCounts> ours)
    {
        lock (_gate)
        {
            _kept = kept;
            foreach (var (language, counts) in ours)
                _new = _new[language] - counts is var left && left == AcceptCounts.None ? _new.Remove(language) : _new.SetItem(language, left);
        }
    }

    void Add(string languageId, AcceptCounts counts, bool? decision)
    {
        lock (_gate)
        {
            _new = _new.SetItem(languageId, CountsIn(_new, languageId) + counts);
            if (decision is { } accepted) _last = (accepted, time.GetTimestamp());
        }
    }

    static AcceptCounts CountsIn(ImmutableDictionary<string, AcceptCounts> all, string language) => all.GetValueOrDefault(language, AcceptCounts.None);
}
