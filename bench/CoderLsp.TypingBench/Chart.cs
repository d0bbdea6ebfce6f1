using System.Globalization;
using System.Text.Json.Nodes;
using CoderLsp.Bench;

namespace CoderLsp.TypingBench;

/// <summary>A picture of what a keystroke costs: a group of bars a figure (each with its own scale), a bar a server.</summary>
/// <param name="report">The results of a run, as <see cref="Report.Json"/> gives them.</param>
sealed class Chart(JsonNode report)
{
    const int Width = 920, Margin = 24, Top = 76, Labels = 118, Row = 24, Value = 150;

    static readonly (string Figure, double Scale, string Title, string Format)[] Shown =
    [
        ("typing_p50_ms", 1e-3, "keystroke → suggestion while typing, seconds (p50)", "F2"),
        ("open_p50_ms", 1e-3, "new file → suggestion, seconds (p50)", "F1"),
        ("computed_p50_tokens", 1, "prompt tokens computed a keystroke (p50)", "F0"),
        ("processor_s", 1, "processor time a suggestion, seconds", "F1"),
    ];

    readonly KeyValuePair<string, JsonNode?>[] _servers = [.. report["results"]!.AsObject()];

    public string Draw()
    {
        var groupHeight = _servers.Length * Row + 30;
        var height = Top + Shown.Length * groupHeight + 50;
        var picture = new SvgPicture(Width, height, string.Join("; ", Shown.Select(row =>
            $"{row.Title}: {string.Join(", ", _servers.Select(server => $"{server.Key} {Text(ValueOf(server, row.Figure) * row.Scale, row.Format)}"))}")));
        picture.Text(Margin, 36, "title", $"{report["model"]}: what a keystroke costs");
        picture.Text(Margin, 58, "quiet", "real edits, typed again; shorter is better");
        for (var row = 0; row < Shown.Length; row++) DrawGroup(picture, row, Top + row * groupHeight);
        picture.Text(Margin, height - 34, "quiet", $"{report["machine"]}; {report["date"]}");
        picture.Text(Margin, height - 14, "quiet", $"{report["command"]}");
        return picture.Finish();
    }

    void DrawGroup(SvgPicture picture, int row, int top)
    {
        var (figure, scale, title, format) = Shown[row];
        picture.Text(Margin, top + 15, "head", title);
        var (ours, longest) = (ValueOf(_servers[0], figure), _servers.Max(server => ValueOf(server, figure)));
        for (var i = 0; i < _servers.Length; i++)
        {
            var y = top + 22 + i * Row;
            picture.Text(Margin, y + 14, i == 0 ? "label ours" : "label", _servers[i].Key);
            if (ValueOf(_servers[i], figure) is not { } value) continue;
            var ratio = i > 0 && ours > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({value / ours:F1} ×)") : "";
            picture.Bar(Margin + Labels, y, (Width - 2 * Margin - Labels - Value) * value / longest!.Value, Text(value * scale, format) + ratio, i == 0);
        }
    }

    static double? ValueOf(KeyValuePair<string, JsonNode?> server, string figure) => (double?)server.Value![figure];

    static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}
