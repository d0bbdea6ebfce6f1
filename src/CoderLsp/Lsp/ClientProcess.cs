using System.Diagnostics;

namespace CoderLsp.Lsp;

/// <summary>
/// Watches the process of the client: when it dies without closing the pipes (another process may have inherited them), the server
/// must not stay behind for more than 5 s. The end of the input says the same at once in all other cases.
/// </summary>
static class ClientProcess
{
    /// <summary>Completes when the process is gone, or was never there; it is looked for every <paramref name="interval"/>.</summary>
    public static async Task WaitForEndAsync(int processId, TimeSpan interval, CancellationToken cancellation)
    {
        var statusFile = OperatingSystem.IsLinux() ? $"/proc/{processId}/stat" : null;
        using var timer = new PeriodicTimer(interval);
        while (statusFile is null ? IsAlive(processId) : IsAlive(statusFile)) await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
    }

    // One small read; Process would read half a dozen files of /proc and make objects of them.
    static bool IsAlive(string statusFile)
    {
        try
        {
            // "PID (NAME) STATE ...": the name has 15 bytes at most, or 64 in kernel threads, and may itself hold parentheses.
            Span<byte> status = stackalloc byte[96];
            using var file = File.OpenHandle(statusFile);
            status = status[..RandomAccess.Read(file, status, 0)];
            var state = status[(status.LastIndexOf((byte)')') + 1)..].TrimStart((byte)' ');
            // A zombie is dead, but its parent has not asked for its exit status: usual in containers.
            return state is not [(byte)'Z' or (byte)'X', ..];
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return !IsGone(error); // else it is there, only not ours to look at
        }
    }

    // ESRCH: it died between the opening and the reading.
    static bool IsGone(Exception error) => error.HResult == 3;

    static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return true; // it is there, only not ours to look at
        }
    }
}
