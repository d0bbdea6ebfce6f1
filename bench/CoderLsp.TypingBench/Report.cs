using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CoderLsp.Bench;
using Spectre.Console;

namespace CoderLsp.TypingBench;

/// <summary>The figures of a run, as a table for people and as JSON for programs.</summary>
sealed class Report(Surroundings surroundings, string model, IReadOnlyList<Recording> recordings)
{
    /// <summary>For people who look at the JSON.</summary>
    public static JsonSerializerOptions Readable { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly IReadOnlyList<Figure>[] _figures = [.. recordings.Select(Figures.Of)];

    public void Print()
    {
        Console.WriteLine($"{model}; {surroundings.Machine}; {surroundings.Date}; {surroundings.Command}");
        var table = new Table().Border(TableBorder.Markdown).AddColumn("what");
        foreach (var recording in recordings) table.AddColumn(new TableColumn(recording.Server).RightAligned());
        for (var row = 0; row < _figures[0].Count; row++)
            if (_figures.Any(figures => figures[row].Value is not null))
                table.AddRow([_figures[0][row].Title, .. _figures.Select(figures => figures[row].Text)]);
        AnsiConsole.Profile.Width = 160;
        AnsiConsole.Write(table);
    }

    /// <summary>Of a run, for <see cref="Chart"/> and other programs.</summary>
    public JsonObject Json()
    {
        var results = new JsonObject();
        foreach (var (recording, figures) in recordings.Zip(_figures))
        {
            var values = new JsonObject();
            foreach (var figure in figures) values[figure.Name] = figure.Value is { } value ? Math.Round(value, 4) : null;
            results[recording.Server] = values;
        }

        return new()
        {
            ["model"] = model,
            ["machine"] = surroundings.Machine,
            ["date"] = surroundings.Date,
            ["command"] = surroundings.Command,
            ["results"] = results,
        };
    }
}
