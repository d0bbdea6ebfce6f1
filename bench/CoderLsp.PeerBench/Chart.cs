using CoderLsp.Bench;

namespace CoderLsp.PeerBench;

/// <summary>A picture of the medians: a column a test (each with its own scale), a group of rows a type, a bar an engine with its value.</summary>
sealed class Chart(Surroundings surroundings, string model, IReadOnlyList<Measurement> measurements)
{
    const int Width = 920, Margin = 24, Top = 96, Labels = 118, Gap = 16, Row = 26, Value = 116;

    readonly string[] _types = [.. measurements.Select(m => m.Type).Distinct()];
    readonly SpeedTest[] _tests = [.. measurements.Select(m => m.Test).Distinct()];
    readonly string[] _engines = [.. measurements.Select(m => m.Engine).Distinct()];

    int ColumnWidth => (Width - 2 * Margin - Labels - Gap * (_tests.Length - 1)) / _tests.Length;

    public string Draw()
    {
        var groupHeight = _engines.Length * Row + 34;
        var height = Top + _types.Length * groupHeight + 56;
        var picture = new SvgPicture(Width, height, Spoken());
        picture.Text(Margin, 36, "title", $"{model}: tokens a second");
        picture.Text(Margin, 58, "quiet", "medians of rounds in turn; longer is faster; in brackets: against the faster peer");
        for (var column = 0; column < _tests.Length; column++) picture.Text(Left(column), 84, "head", _tests[column].Title);
        for (var group = 0; group < _types.Length; group++) DrawGroup(picture, _types[group], Top + group * groupHeight);
        picture.Text(Margin, height - 38, "quiet", $"{surroundings.Machine}; {surroundings.Date}");
        picture.Text(Margin, height - 18, "quiet", surroundings.Command);
        return picture.Finish();
    }

    int Left(int column) => Margin + Labels + column * (ColumnWidth + Gap);

    void DrawGroup(SvgPicture picture, string type, int top)
    {
        picture.Text(Margin, top + 15, "head", type);
        for (var engine = 0; engine < _engines.Length; engine++)
        {
            var y = top + 22 + engine * Row;
            picture.Text(Margin, y + 14, engine == 0 ? "label ours" : "label", _engines[engine]);
            for (var column = 0; column < _tests.Length; column++)
            {
                var test = _tests[column];
                var measurement = measurements.Single(m => m.Type == type && m.Test == test && m.Engine == _engines[engine]);
                DrawBar(picture, measurement, Left(column), y, engine == 0);
            }
        }
    }

    void DrawBar(SvgPicture picture, Measurement measurement, int x, int y, bool ours)
    {
        if (measurement.Median is not { } median)
        {
            picture.Text(x, y + 14, "quiet", "not measured");
            return;
        }

        var longest = measurements.Where(m => m.Test == measurement.Test).Max(m => m.Median)!.Value;
        var ratio = ours && measurements.Ratio(measurement) is { } times ? $" ({times:F2} ×)" : "";
        picture.Bar(x, y, (ColumnWidth - Value) * median / longest, $"{median:F1}{ratio}", ours);
    }

    /// <summary>What the picture says, for those who hear it.</summary>
    string Spoken() => string.Join("; ", measurements.Where(m => m.Median is not null).Select(m => $"{m.Type} {m.Test.Name}: {m.Engine} {m.Median:F1} tokens/s"));
}
