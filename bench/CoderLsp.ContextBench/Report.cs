using Spectre.Console;

namespace CoderLsp.ContextBench;

/// <param name="Answer">Empty for none.</param>
sealed record Result(Hole Hole, string Configuration, string Answer)
{
    public bool IsExact => Answer == Hole.Middle;

    /// <summary>1 less the edits between answer and truth over the longer one's characters.</summary>
    public double Similarity
    {
        get
        {
            var (a, b) = (Answer, Hole.Middle);
            var row = Enumerable.Range(0, b.Length + 1).ToArray();
            for (var i = 1; i <= a.Length; i++)
            {
                var diagonal = row[0];
                row[0] = i;
                for (var j = 1; j <= b.Length; j++)
                    (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
            return 1 - row[b.Length] / (double)Math.Max(1, Math.Max(a.Length, b.Length));
        }
    }
}

/// <summary>The tables that docs/quality.md holds.</summary>
static class Report
{
    static readonly string[] Kinds = ["cross-file", "in-file"];

    public static void Print(string title, IReadOnlyList<Result> results)
    {
        AnsiConsole.WriteLine($"{title}: exact matches, and in brackets the mean edit similarity");
        var table = new Table().Border(TableBorder.Markdown).AddColumn("");
        var languages = results.Select(result => result.Hole.Language).Distinct().ToList();
        foreach (var kind in Kinds)
            foreach (var language in languages.Append("all")) table.AddColumn($"{kind}, {language}");
        foreach (var configuration in results.GroupBy(result => result.Configuration))
            table.AddRow([configuration.Key, .. Kinds.SelectMany(kind => languages.Append("all").Select(language =>
                Cell([.. configuration.Where(r => r.Hole.Kind == kind && (language == "all" || r.Hole.Language == language))])))]);
        AnsiConsole.Write(table);
    }

    static string Cell(List<Result> results) => results.Count == 0 ? "" : $"{results.Count(r => r.IsExact)}/{results.Count} ({results.Average(r => r.Similarity):F2})";
}
