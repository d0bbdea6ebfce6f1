using System.Text.Json;
using System.Text.Json.Nodes;
using CoderLsp.Bench;
using Spectre.Console;

namespace CoderLsp.PeerBench;

/// <summary>The figures of a run, as a table for people and as JSON for programs.</summary>
sealed class Report(Surroundings surroundings, string model, IReadOnlyList<Contender> contenders, IReadOnlyList<Measurement> measurements)
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public void Print()
    {
        var table = new Table().Border(TableBorder.Markdown).AddColumn("type").AddColumn("test");
        foreach (var contender in contenders) table.AddColumn(new TableColumn(contender.Name).RightAligned());
        table.AddColumn(new TableColumn("ratio").RightAligned());
        foreach (var row in measurements.GroupBy(m => (m.Type, m.Test)))
            table.AddRow([row.Key.Type, row.Key.Test.Name, .. row.Select(Cell), measurements.Ratio(row.First()) is { } ratio ? $"{ratio:F2} ×" : "–"]);
        Console.WriteLine($"{model}; {surroundings.Machine}; {surroundings.Date}; {surroundings.Command}");
        Console.WriteLine("Tokens a second, medians. The ratio is ours to the fastest other engine.");
        AnsiConsole.Profile.Width = 160;
        AnsiConsole.Write(table);
        foreach (var missing in contenders.Where(c => c.Program is null))
            Console.WriteLine($"MISSING: {missing.Name} was not measured, so the ratios do not speak of it.");
        foreach (var used in measurements.Where(m => m.Configuration is { Label: not "" }).GroupBy(m => (m.Engine, m.Configuration!.Label)))
            Console.WriteLine($"{used.Key.Engine} with {used.Key.Label}: {string.Join("; ", used.Select(m => $"{m.Type} {m.Test.Name}"))}");
    }

    static string Cell(Measurement m) => m.Median is { } median ? $"{median:F1}" : m.Problem == "not there" ? "missing" : "failed";

    public string Json() => new JsonObject
    {
        ["model"] = model,
        ["machine"] = surroundings.Machine,
        ["date"] = surroundings.Date,
        ["command"] = surroundings.Command,
        ["missing"] = Array(contenders.Where(c => c.Program is null).Select(c => JsonValue.Create(c.Name))),
        ["results"] = Array(measurements.Select(m => new JsonObject
        {
            ["type"] = m.Type,
            ["test"] = m.Test.Name,
            ["engine"] = m.Engine,
            ["options"] = m.Configuration is null ? null : string.Join(' ', m.Configuration.Options),
            ["samples"] = Array(m.Samples.Select(s => JsonValue.Create(Math.Round(s, 2)))),
            ["median"] = m.Median is { } median ? Math.Round(median, 2) : null,
            ["ratio"] = m.Engine == contenders[0].Name && measurements.Ratio(m) is { } ratio ? Math.Round(ratio, 3) : null,
            ["problem"] = m.Problem,
        })),
    }.ToJsonString(Readable);

    static JsonArray Array(IEnumerable<JsonNode?> nodes) => [.. nodes];
}
