using System.Runtime.CompilerServices;

namespace CoderLsp.Configuration;

/// <summary>Looks after changes of a configuration file, which may appear and go.</summary>
/// <remarks>
/// By its time stamp: editors replace files, dotfiles are links into other folders and homes lie on network shares, all of which
/// file system events miss. One look every two seconds costs nothing that could be measured.
/// </remarks>
static class ConfigurationFile
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>One item for each change, until cancelled.</summary>
    public static async IAsyncEnumerable<string> ChangesAsync(
        string path, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var known = StampOf(path);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            var stamp = StampOf(path);
            if (stamp == known) continue;
            known = stamp;
            yield return path;
        }
    }

    static (DateTime Written, long Length) StampOf(string path)
    {
        try
        {
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            var file = new FileInfo(target);
            return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
