using System.Globalization;

namespace CoderLsp.Lsp.Status;

/// <summary>Whether suggestions come soon enough to be of use, by the latest of them.</summary>
sealed class SuggestionPace
{
    // Who types on before the suggestion is there has had nothing of it.
    static readonly TimeSpan SlowMean = TimeSpan.FromSeconds(2);
    const int Remembered = 8;
    const int RememberedKnown = 5;

    readonly Lock _gate = new();
    readonly Queue<(TimeSpan Time, bool CameTooLate)> _latest = new(Remembered);

    // Of those that came while they were wanted, or were waited for so long that they are slow: where the user types fast, the last are long ago.
    readonly Queue<TimeSpan> _known = new(RememberedKnown);

    /// <param name="time">From the request to the answer, or to the moment when it was no longer wanted.</param>
    /// <param name="cameTooLate">Whether the user had typed on by then.</param>
    public void Add(TimeSpan time, bool cameTooLate)
    {
        lock (_gate)
        {
            Add(_latest, Remembered, (time, cameTooLate));
            if (!cameTooLate || time >= SlowMean) Add(_known, RememberedKnown, time);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _latest.Clear();
            _known.Clear();
        }
    }

    /// <summary>A sentence about how slow it is, once enough was seen; null while all is well.</summary>
    /// <remarks>
    /// How long one that came too late would have taken nobody knows: longer than it was waited for, however short that was, and about as
    /// long as others. The median keeps the first suggestion in a file, which reads all of it, from speaking for those behind it.
    /// </remarks>
    public string? Complaint
    {
        get
        {
            lock (_gate)
            {
                if (_latest.Count < Remembered) return null;
                var usual = Median(_known);
                var mean = _latest.Average(one => (one.CameTooLate && one.Time < usual ? usual : one.Time).TotalSeconds);
                if (mean < SlowMean.TotalSeconds) return null;
                var late = _latest.Count(one => one.CameTooLate);
                return string.Create(CultureInfo.InvariantCulture, $"A suggestion takes {mean:0.0} s on average, and {late} of the last {Remembered} came too late.");
            }
        }
    }

    static void Add<T>(Queue<T> queue, int most, T item)
    {
        if (queue.Count == most) queue.Dequeue();
        queue.Enqueue(item);
    }

    // Of two, the shorter; of none, nothing.
    static TimeSpan Median(Queue<TimeSpan> times) => times.Count == 0 ? TimeSpan.Zero : times.Order().ElementAt((times.Count - 1) / 2);
}
