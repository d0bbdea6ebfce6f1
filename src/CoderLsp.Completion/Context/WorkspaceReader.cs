using System.Diagnostics;
using System.Threading.Channels;
using CoderLsp.Completion.Context.Files;
using CoderLsp.Completion.Documents;

namespace CoderLsp.Completion.Context;

/// <summary>Takes in what is known of the workspace's files. Called from several threads, for one file at a time.</summary>
interface IFileTaker
{
    /// <summary>Forgets everything: from now on other files may be read.</summary>
    void Clear();

    /// <summary>Takes a file as it is now.</summary>
    /// <param name="path">A normal path.</param>
    /// <param name="text">Null: it is not there any more, or must not be read.</param>
    void Take(string path, TextSnapshot? text);

    /// <summary>Whether there was no room for a file: then it is not worth reading more.</summary>
    bool IsFull { get; }
}

/// <summary>
/// Reads the workspace's source files in the background, once for all who take them in, those near open documents first, and again when
/// they change. What may be read is for <see cref="WorkspaceFiles"/> to say; when that changes, everything is forgotten and read anew.
/// </summary>
sealed class WorkspaceReader : IDisposable
{
    // The first files at full speed, since someone has just opened a project; then a fifth of one core.
    static readonly TimeSpan FullSpeed = TimeSpan.FromSeconds(1), Stretch = TimeSpan.FromMilliseconds(10);
    const int PauseShare = 4;

    readonly WorkspaceFiles _files;
    readonly IOpenDocuments _open;
    readonly Lock _gate = new(); // around each file taken, so that none comes from a reading that is over
    readonly List<IFileTaker> _waiting = []; // for the next reading
    readonly List<Reading> _readings = []; // one, but for takers that came later
    bool _disposed;

    sealed class Reading(List<IFileTaker> takers)
    {
        public List<IFileTaker> Takers => takers;
        public CancellationTokenSource Cancellation { get; } = new();
        public TaskCompletionSource FirstTime { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public Channel<string> Changes { get; } = Channel.CreateUnbounded<string>(new() { SingleReader = true });
    }

    public WorkspaceReader(WorkspaceFiles files, IOpenDocuments open)
    {
        (_files, _open) = (files, open);
        files.Renewed += Restart;
        files.FileChanged += Change;
    }

    /// <summary>Reads for one more from the next <see cref="Begin"/> on.</summary>
    public void Add(IFileTaker taker)
    {
        lock (_gate) _waiting.Add(taker);
    }

    public void Remove(IFileTaker taker)
    {
        lock (_gate)
        {
            _waiting.Remove(taker);
            if (_readings.Find(reading => reading.Takers.Remove(taker)) is not { Takers.Count: 0 } over) return;
            over.Cancellation.Cancel();
            _readings.Remove(over);
        }
    }

    /// <summary>Begins to read in the background for all for whom that has not begun.</summary>
    public void Begin()
    {
        lock (_gate)
            if (Next() is { } reading) _ = Task.Run(() => ReadAsync(reading));
    }

    /// <summary>Completes when everything was read once in the background, or there is no room for more.</summary>
    public Task FirstTime
    {
        get { lock (_gate) return Task.WhenAll(_readings.Select(reading => reading.FirstTime.Task)); }
    }

    /// <summary>Reads everything, the files near one first, and returns when that is done.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what was read stays.</exception>
    public void ReadAll(string near, CancellationToken cancellation)
    {
        lock (_gate) Next();
        foreach (var path in NearestFirst(_files.All(cancellation), [near]))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!HasRoom(null)) return;
            Read(path, null, filling: true);
        }
    }

    /// <summary>Reads one file now.</summary>
    public void Read(string path) => Read(path, null, filling: false);

    public void Dispose()
    {
        _files.Renewed -= Restart;
        _files.FileChanged -= Change;
        lock (_gate)
        {
            _disposed = true;
            foreach (var reading in _readings) reading.Cancellation.Cancel();
        }
    }

    async Task ReadAsync(Reading reading)
    {
        var cancellation = reading.Cancellation.Token;
        try
        {
            var began = Stopwatch.GetTimestamp();
            var stretch = began;
            foreach (var path in NearestFirst(_files.All(cancellation), [.. _open.Paths.Select(Paths.Normal)]))
            {
                if (!HasRoom(reading)) break;
                Read(path, reading, filling: true);
                var worked = Stopwatch.GetElapsedTime(stretch);
                if (worked < Stretch || Stopwatch.GetElapsedTime(began) < FullSpeed) continue;
                await Task.Delay(PauseShare * worked, cancellation).ConfigureAwait(false);
                stretch = Stopwatch.GetTimestamp();
            }
            reading.FirstTime.SetResult();
            await foreach (var path in reading.Changes.Reader.ReadAllAsync(cancellation).ConfigureAwait(false)) Read(path, reading, filling: false);
        }
        catch (OperationCanceledException)
        {
            // Another reading has begun, or the server ends.
        }
    }

    /// <param name="reading">For whose takers; null: for all.</param>
    /// <param name="filling">Only for those who have room.</param>
    void Read(string path, Reading? reading, bool filling)
    {
        var language = LanguageIds.OfFile(path);
        if (language.Length == 0) return;
        // Not in the lock: a slow disk holds up nobody.
        var text = _files.TryRead(path) is { } read ? new TextSnapshot(DocumentUri.Of(path), language, 0, read) : null;
        lock (_gate)
            foreach (var taker in Takers(reading))
                if (!filling || !taker.IsFull) taker.Take(path, text);
    }

    bool HasRoom(Reading? reading)
    {
        lock (_gate) return Takers(reading).Any(taker => !taker.IsFull);
    }

    /// <summary>Those of a reading, none when it is over; null: all there are.</summary>
    IEnumerable<IFileTaker> Takers(Reading? reading) =>
        reading is null ? _readings.SelectMany(each => each.Takers).Concat(_waiting) : _readings.Contains(reading) ? reading.Takers : [];

    /// <summary>A reading for those who wait; null when nobody does.</summary>
    Reading? Next()
    {
        if (_waiting.Count == 0 || _disposed) return null;
        var reading = new Reading([.. _waiting]);
        _waiting.Clear();
        _readings.Add(reading);
        return reading;
    }

    void Restart()
    {
        lock (_gate)
        {
            foreach (var taker in Takers(null)) taker.Clear();
            if (_readings.Count == 0) return;
            foreach (var reading in _readings)
            {
                reading.Cancellation.Cancel();
                _waiting.AddRange(reading.Takers);
            }
            _readings.Clear();
            Begin();
        }
    }

    void Change(string path)
    {
        lock (_gate)
            foreach (var reading in _readings) reading.Changes.Writer.TryWrite(path);
    }

    static IEnumerable<string> NearestFirst(IEnumerable<string> paths, List<string> near) => near.Count == 0 ? paths
        : paths.Select(path => (Path: path, Distance: near.Min(other => Paths.Distance(other, path)))).OrderBy(x => x.Distance).Select(x => x.Path);
}
