using System.Diagnostics;

namespace CoderLsp.Bench;

/// <summary>A process that keeps the last core busy for as long as this lives (Linux), as an editor's own work might.</summary>
sealed class BusyCore : IDisposable
{
    readonly Process _process = Process.Start("taskset", ["-c", $"{Environment.ProcessorCount - 1}", "sh", "-c", "while :; do :; done"]);

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
