using System.Globalization;
using System.Net;
using System.Text;

namespace CoderLsp.PeerBench;

/// <summary>
/// An SVG picture of the medians: a column a test (each with its own scale), a group of rows a type, a bar an engine with its value. Light
/// or dark as the reader's system is.
/// </summary>
sealed class Chart(Surroundings surroundings, string model, IReadOnlyList<Measurement> measurements)
{
    const int Width = 920, Margin = 24, Labels = 118, Gap = 16, Row = 26, Bar = 18, Value = 116;

    readonly StringBuilder _svg = new();
    readonly string[] _types = [.. measurements.Select(m => m.Type).Distinct()];
    readonly SpeedTest[] _tests = [.. measurements.Select(m => m.Test).Distinct()];
    readonly string[] _engines = [.. measurements.Select(m => m.Engine).Distinct()];

    int ColumnWidth => (Width - 2 * Margin - Labels - Gap * (_tests.Length - 1)) / _tests.Length;

    public string Draw()
    {
        var top = 96;
        var groupHeight = _engines.Length * Row + 34;
        var height = top + _types.Length * groupHeight + 56;
        Begin(height);
        Text(Margin, 36, "title", $"{model}: tokens a second");
        Text(Margin, 58, "quiet", "medians of rounds in turn; longer is faster; in brackets: against the faster peer");
        for (var column = 0; column < _tests.Length; column++) Text(Left(column), 84, "head", _tests[column].Title);
        for (var group = 0; group < _types.Length; group++) DrawGroup(_types[group], top + group * groupHeight);
        Text(Margin, height - 38, "quiet", $"{surroundings.Machine}; {surroundings.Date}");
        Text(Margin, height - 18, "quiet", surroundings.Command);
        return _svg.Append("</svg>\n").ToString();
    }

    int Left(int column) => Margin + Labels + column * (ColumnWidth + Gap);

    void DrawGroup(string type, int top)
    {
        Text(Margin, top + 15, "head", type);
        for (var engine = 0; engine < _engines.Length; engine++)
        {
            var y = top + 22 + engine * Row;
            Text(Margin, y + 14, engine == 0 ? "label ours" : "label", _engines[engine]);
            for (var column = 0; column < _tests.Length; column++)
            {
                var test = _tests[column];
                var measurement = measurements.Single(m => m.Type == type && m.Test == test && m.Engine == _engines[engine]);
                DrawBar(measurement, Left(column), y, engine == 0);
            }
        }
    }

    void DrawBar(Measurement measurement, int x, int y, bool ours)
    {
        if (measurement.Median is not { } median)
        {
            Text(x, y + 14, "quiet", "not measured");
            return;
        }

        var longest = measurements.Where(m => m.Test == measurement.Test).Max(m => m.Median)!.Value;
        var length = Math.Max(2, (ColumnWidth - Value) * median / longest);
        _svg.AppendLine(CultureInfo.InvariantCulture,
            $"""  <rect class="{(ours ? "bar ours" : "bar")}" x="{x}" y="{y}" width="{length:F1}" height="{Bar}" rx="3"/>""");
        var ratio = ours && measurements.Ratio(measurement) is { } times ? $" ({times:F2} ×)" : "";
        Text(x + (int)length + 6, y + 14, ours ? "value ours" : "value", $"{median:F1}{ratio}");
    }

    void Begin(int height) => _svg.AppendLine(CultureInfo.InvariantCulture, $$"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Width}} {{height}}" width="{{Width}}" height="{{height}}" role="img" aria-label="{{Escaped(Spoken())}}">
          <style>
            svg { color-scheme: light dark; font: 14px system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif }
            .ground { fill: #ffffff } text { fill: #1f2328 } .quiet { fill: #59636e; font-size: 12.5px } .title { font-size: 19px; font-weight: 600 }
            .head { font-weight: 600 } text.ours { font-weight: 600 } rect.bar { fill: #afb8c1 } rect.bar.ours { fill: #0969da }
            @media (prefers-color-scheme: dark) {
              .ground { fill: #0d1117 } text { fill: #e6edf3 } .quiet { fill: #9198a1 } rect.bar { fill: #484f58 } rect.bar.ours { fill: #4493f8 }
            }
          </style>
          <rect class="ground" width="{{Width}}" height="{{height}}" rx="8"/>
        """);

    /// <summary>What the picture says, for those who hear it.</summary>
    string Spoken() => string.Join("; ", measurements.Where(m => m.Median is not null).Select(m => $"{m.Type} {m.Test.Name}: {m.Engine} {m.Median:F1} tokens/s"));

    void Text(int x, int y, string style, string text) => _svg.AppendLine($"""  <text class="{style}" x="{x}" y="{y}">{Escaped(text)}</text>""");

    static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
