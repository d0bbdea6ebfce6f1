using System.Text.Json.Nodes;
using Spectre.Console;

namespace CoderLsp.FimBench;

/// <summary>The figures of a run.</summary>
static class Report
{
    const string All = "all";
    static readonly string[] Cursors = ["indent", "after-token", "mid-word", All];

    public static void Print(IReadOnlyList<Result> results)
    {
        var table = new Table().Border(TableBorder.Markdown).AddColumn("exact match");
        foreach (var cursor in Cursors) table.AddColumn(cursor);
        foreach (var language in Languages(results))
            table.AddRow([language, .. Cursors.Select(cursor => Cell(Select(results, language, cursor)))]);
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"latency: median {Quantile(results, 0.5):F0} ms, 90% {Quantile(results, 0.9):F0} ms");
    }

    public static JsonObject Json(IReadOnlyList<Result> results)
    {
        var exact = new JsonObject();
        foreach (var language in Languages(results))
        {
            var row = new JsonObject();
            foreach (var cursor in Cursors)
                if (Select(results, language, cursor) is { Count: > 0 } chosen)
                    row[cursor] = new JsonObject { ["holes"] = chosen.Count, ["exact"] = chosen.Count(r => r.Exact) };
            exact[language] = row;
        }
        return new()
        {
            ["holes"] = results.Count,
            ["exactMatch"] = Share(results),
            ["medianMilliseconds"] = Quantile(results, 0.5),
            ["p90Milliseconds"] = Quantile(results, 0.9),
            ["byLanguageAndCursor"] = exact,
        };
    }

    static string Cell(List<Result> results) => results.Count == 0 ? "" : $"{100 * Share(results):F1}% ({results.Count(r => r.Exact)}/{results.Count})";

    static double Share(IReadOnlyCollection<Result> results) => results.Count(r => r.Exact) / (double)results.Count;

    static IEnumerable<string> Languages(IEnumerable<Result> results) => results.Select(r => r.Hole.Language).Distinct().Append(All);

    static List<Result> Select(IEnumerable<Result> results, string language, string cursor) =>
        [.. results.Where(r => (language == All || r.Hole.Language == language) && (cursor == All || r.Hole.Cursor == cursor))];

    static double Quantile(IReadOnlyList<Result> results, double share)
    {
        var times = results.Select(r => r.Time.TotalMilliseconds).Order().ToList();
        return times[Math.Min(times.Count - 1, (int)(times.Count * share))];
    }
}
