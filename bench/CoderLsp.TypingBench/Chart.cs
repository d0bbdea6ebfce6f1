using CoderLsp.Bench;

namespace CoderLsp.TypingBench;

/// <summary>A picture of what a keystroke costs: a group of bars a figure (each with its own scale), a bar a server.</summary>
sealed class Chart(Surroundings surroundings, string model, IReadOnlyList<Recording> recordings)
{
    const int Width = 920, Margin = 24, Top = 76, Labels = 118, Row = 24, Value = 150;

    static readonly (string Figure, string Title)[] Shown =
    [
        ("typing_p50_ms", "keystroke → suggestion while typing, milliseconds (p50)"),
        ("open_p50_ms", "new file → suggestion, milliseconds (p50)"),
        ("computed_p50_tokens", "prompt tokens computed a keystroke (p50)"),
        ("processor_s", "processor time a suggestion, seconds"),
    ];

    readonly (string Server, Dictionary<string, Figure> Figures)[] _servers =
        [.. recordings.Select(recording => (recording.Server, Figures.Of(recording).ToDictionary(figure => figure.Name)))];

    public string Draw()
    {
        var groupHeight = _servers.Length * Row + 30;
        var height = Top + Shown.Length * groupHeight + 50;
        var picture = new SvgPicture(Width, height, string.Join("; ", Shown.Select(row =>
            $"{row.Title}: {string.Join(", ", _servers.Select(server => $"{server.Server} {server.Figures[row.Figure].Text}"))}")));
        picture.Text(Margin, 36, "title", $"{model}: what a keystroke costs");
        picture.Text(Margin, 58, "quiet", "real edits, typed again; shorter is better");
        for (var row = 0; row < Shown.Length; row++) DrawGroup(picture, Shown[row].Title, Shown[row].Figure, Top + row * groupHeight);
        picture.Text(Margin, height - 34, "quiet", $"{surroundings.Machine}; {surroundings.Date}");
        picture.Text(Margin, height - 14, "quiet", surroundings.Command);
        return picture.Finish();
    }

    void DrawGroup(SvgPicture picture, string title, string name, int top)
    {
        picture.Text(Margin, top + 15, "head", title);
        var (ours, longest) = (_servers[0].Figures[name].Value, _servers.Max(server => server.Figures[name].Value));
        for (var i = 0; i < _servers.Length; i++)
        {
            var (server, figures) = _servers[i];
            var y = top + 22 + i * Row;
            picture.Text(Margin, y + 14, i == 0 ? "label ours" : "label", server);
            if (figures[name].Value is not { } value) continue;
            var ratio = i > 0 && ours > 0 ? $" ({value / ours:F1} ×)" : "";
            picture.Bar(Margin + Labels, y, (Width - 2 * Margin - Labels - Value) * value / longest!.Value, figures[name].Text + ratio, i == 0);
        }
    }
}
