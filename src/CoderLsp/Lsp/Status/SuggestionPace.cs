namespace CoderLsp.Lsp.Status;

/// <summary>Whether suggestions come soon enough to be of use, by the latest of them.</summary>
sealed class SuggestionPace
{
    // Who types on before the suggestion is there has had nothing of it.
    static readonly TimeSpan SlowMean = TimeSpan.FromSeconds(2);
    const int Remembered = 8;

    readonly Lock _gate = new();
    readonly Queue<(TimeSpan Time, bool CameTooLate)> _latest = new(Remembered);

    /// <param name="time">From the request to the answer, or to the moment when it was no longer wanted.</param>
    /// <param name="cameTooLate">Whether the user had typed on by then.</param>
    public void Add(TimeSpan time, bool cameTooLate)
    {
        lock (_gate)
        {
            if (_latest.Count == Remembered) _latest.Dequeue();
            _latest.Enqueue((time, cameTooLate));
        }
    }

    public void Clear()
    {
        lock (_gate) _latest.Clear();
    }

    /// <summary>A sentence about how slow it is, once enough was seen; null while all is well.</summary>
    public string? Complaint
    {
        get
        {
            lock (_gate)
            {
                if (_latest.Count < Remembered) return null;
                var mean = _latest.Average(one => one.Time.TotalSeconds);
                if (mean < SlowMean.TotalSeconds) return null;
                var late = _latest.Count(one => one.CameTooLate);
                return string.Create(System.Globalization.CultureInfo.InvariantCulture,
                    $"The last {Remembered} suggestions took {mean:0.0} s on average, and {late} of them came too late.");
            }
        }
    }
}
