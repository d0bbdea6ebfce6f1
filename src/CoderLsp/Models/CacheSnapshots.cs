using CoderLsp.Configuration;
using CoderLsp.Inference.Generation;

namespace CoderLsp.Models;

/// <summary>
/// Keeps what a model has read last on disk, so that it need not read it again after a restart: written when nobody has asked for anything for
/// a while, and at the end. What cannot be used is ignored, with a sentence.
/// </summary>
sealed class CacheSnapshots : IDisposable
{
    /// <summary>Of one model's file.</summary>
    public const long MostBytes = 512_000_000;

    // Of all models and versions: the latest ones stay.
    const int MostFiles = 3;

    const string Extension = ".kvcache";

    // Less is sooner computed than written.
    const int LeastNewTokens = 64;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>After so long without a request: not with each pause, as half a gigabyte each time wears disks out.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);

    readonly Engine _engine;
    readonly string _path;
    readonly Action<string> _warn;
    readonly ITimer _timer;
    long _written;

    CacheSnapshots(Engine engine, string path, TimeProvider clock, Action<string> warn)
    {
        (_engine, _path, _warn) = (engine, path, warn);
        _timer = clock.CreateTimer(_ => Save(Timeout.InfiniteTimeSpan), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The folder of this user's snapshots.</summary>
    public static string Folder => Path.Combine(UserFolders.Cache, "snapshots");

    /// <summary>Gives an engine back what it knew. Blocks while that is read.</summary>
    /// <param name="warn">Takes a sentence about a file that is not used, or cannot be written.</param>
    public static CacheSnapshots Open(Engine engine, string folder, TimeProvider clock, Action<string> warn)
    {
        var name = $"{Path.GetFileNameWithoutExtension(engine.File.Path)}-{Convert.ToHexStringLower(engine.CacheKey.AsSpan(0, 8))}{Extension}";
        var snapshots = new CacheSnapshots(engine, Path.Combine(folder, name), clock, warn);
        snapshots.Restore();
        return snapshots;
    }

    /// <summary>Says that the model was used: the time until it is written begins anew.</summary>
    public void Used()
    {
        try
        {
            _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The request was the last one.
        }
    }

    /// <summary>Writes what is new, unless that takes long. The engine must still be there.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Save(Patience);
    }

    void Restore()
    {
        if (!File.Exists(_path)) return;
        try
        {
            _engine.RestoreCacheAsync(_path).GetAwaiter().GetResult();
            File.SetLastWriteTimeUtc(_path, DateTime.UtcNow); // it is in use
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            _warn($"{_path}: this snapshot of the cache is not used: {error.Message}");
        }

        _written = _engine.Cache.AddedTokens;
    }

    void Save(TimeSpan patience)
    {
        var added = _engine.Cache.AddedTokens;
        if (added - _written < LeastNewTokens) return;
        try
        {
            UserFolders.CreatePrivate(Path.GetDirectoryName(_path)!);
            using var late = new CancellationTokenSource(patience);
            _engine.SaveCacheAsync(_path, MostBytes, late.Token).GetAwaiter().GetResult();
            _written = added;
            DeleteOld();
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // A request came, or there was no time: the older one is still there.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _warn($"{_path}: no snapshot of the cache could be written: {error.Message}");
        }
    }

    void DeleteOld()
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(_path)!);
        foreach (var file in folder.EnumerateFiles($"*{Extension}").OrderByDescending(file => file.LastWriteTimeUtc).Skip(MostFiles)) file.Delete();
        // What a writer that was killed has left.
        foreach (var file in folder.EnumerateFiles($"*{Extension}.*.part").Where(file => file.LastWriteTimeUtc < DateTime.UtcNow.AddDays(-1))) file.Delete();
    }
}
