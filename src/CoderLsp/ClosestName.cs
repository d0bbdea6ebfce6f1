namespace CoderLsp;

/// <summary>Finds what a mistyped name was probably meant to be.</summary>
static class ClosestName
{
    /// <summary>The candidate within two edits (one for names of three letters) of <paramref name="name"/>; null if there is none.</summary>
    public static string? To(string name, IEnumerable<string> candidates)
    {
        var best = candidates.Select(candidate => (candidate, Distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .OrderBy(c => c.Distance).FirstOrDefault();
        return best.candidate is not null && best.Distance <= (name.Length < 4 ? 1 : 2) ? best.candidate : null;
    }

    /// <summary><c> Did you mean 'x'?</c>, or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> candidates) =>
        To(name, candidates) is { } close ? $" Did you mean '{close}'?" : "";

    // Levenshtein, one row at a time.
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
