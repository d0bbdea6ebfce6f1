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
    /// <returns>False: there is no room for more.</returns>
    bool Take(string path, TextSnapshot? text);
}

/// <summary>
/// Reads the workspace's source files for somebody, in the background, those near open documents first, and again when they change.
/// What may be read is for <see cref="WorkspaceFiles"/> to say; when that changes, everything is forgotten and read anew.
/// </summary>
sealed class WorkspaceReader : IDisposable
{
    // The first files at full speed, since someone has just opened a project; then a fifth of one core.
    static readonly TimeSpan FullSpeed = TimeSpan.FromSeconds(1), Stretch = TimeSpan.FromMilliseconds(10);
    const int PauseShare = 4;

    readonly WorkspaceFiles _files;
    readonly IOpenDocuments _open;
    readonly IFileTaker _taker;
    readonly Lock _gate = new(); // around each file taken, so that none comes from a reading that is over
    Reading? _reading;
    bool _disposed;

    sealed class Reading
    {
        public CancellationTokenSource Cancellation { get; } = new();
        public Channel<string> Changes { get; } = Channel.CreateUnbounded<string>(new() { SingleReader = true });
    }

    public WorkspaceReader(WorkspaceFiles files, IOpenDocuments open, IFileTaker taker)
    {
        (_files, _open, _taker) = (files, open, taker);
        files.Renewed += Restart;
        files.FileChanged += Change;
    }

    /// <summary>Begins to read in the background, if that has not begun.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            if (_reading is not null || _disposed) return;
            var reading = _reading = new();
            _ = Task.Run(() => ReadAsync(reading));
        }
    }

    /// <summary>Reads everything, the files near one first, and returns when that is done.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what was read stays.</exception>
    public void ReadAll(string near, CancellationToken cancellation)
    {
        lock (_gate) _reading ??= new();
        foreach (var path in NearestFirst(_files.All(cancellation), [near]))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!Read(path)) return;
        }
    }

    /// <summary>Reads one file now. False: there is no room for more.</summary>
    public bool Read(string path) => Read(path, null);

    public void Dispose()
    {
        _files.Renewed -= Restart;
        _files.FileChanged -= Change;
        lock (_gate)
        {
            _disposed = true;
            _reading?.Cancellation.Cancel();
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
                if (cancellation.IsCancellationRequested || !Read(path, reading)) break;
                var worked = Stopwatch.GetElapsedTime(stretch);
                if (worked < Stretch || Stopwatch.GetElapsedTime(began) < FullSpeed) continue;
                await Task.Delay(PauseShare * worked, cancellation).ConfigureAwait(false);
                stretch = Stopwatch.GetTimestamp();
            }
            await foreach (var path in reading.Changes.Reader.ReadAllAsync(cancellation).ConfigureAwait(false)) Read(path, reading);
        }
        catch (OperationCanceledException)
        {
            // Another reading has begun, or the server ends.
        }
    }

    bool Read(string path, Reading? reading)
    {
        var language = LanguageIds.OfFile(path);
        if (language.Length == 0) return true;
        var text = _files.TryRead(path); // not in the lock: a slow disk holds up nobody
        lock (_gate)
            return (reading is null || reading == _reading)
                && _taker.Take(path, text is null ? null : new TextSnapshot(DocumentUri.Of(path), language, 0, text));
    }

    void Restart()
    {
        lock (_gate)
        {
            _taker.Clear();
            if (_reading is not { } old) return;
            old.Cancellation.Cancel();
            _reading = null;
            Begin();
        }
    }

    void Change(string path)
    {
        lock (_gate) _reading?.Changes.Writer.TryWrite(path);
    }

    static IEnumerable<string> NearestFirst(IEnumerable<string> paths, List<string> near) => near.Count == 0 ? paths
        : paths.Select(path => (Path: path, Distance: near.Min(other => Paths.Distance(other, path)))).OrderBy(x => x.Distance).Select(x => x.Path);
}
