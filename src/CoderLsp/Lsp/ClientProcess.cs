using System.Diagnostics;

namespace CoderLsp.Lsp;

/// <summary>
/// Watches the process of the client: when it dies without closing the pipes (another process may have inherited them), the server
/// must not stay behind.
/// </summary>
static class ClientProcess
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Completes when the process is gone, or was never there.</summary>
    public static async Task WaitForEndAsync(int processId, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval);
        while (IsAlive(processId)) await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
    }

    static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited && !IsZombie(processId);
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

    // Dead, but its parent has not asked for its exit status: usual in containers.
    static bool IsZombie(int processId)
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 1)..].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
