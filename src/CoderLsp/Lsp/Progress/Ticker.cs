using System.Diagnostics;

namespace CoderLsp.Lsp.Progress;

/// <summary>Shows the line that is being written as the progress's message, a few times a second.</summary>
sealed class Ticker(WorkProgress progress)
{
    const int Columns = 60;
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    string _line = "";
    long _shown;

    public void Add(string piece)
    {
        var text = _line + piece;
        // The last line with something on it.
        var end = text.AsSpan().TrimEnd();
        _line = end.LastIndexOf('\n') is >= 0 and var start ? text[(start + 1)..] : text;
        if (_shown != 0 && Stopwatch.GetElapsedTime(_shown) < Interval) return;
        _shown = Stopwatch.GetTimestamp();
        var line = _line.Trim();
        progress.Report(line.Length <= Columns ? line : "…" + line[^Columns..]);
    }
}
