using System.Diagnostics;
using System.Globalization;

namespace CoderLsp.Bench;

/// <summary>The processor time of a process (Linux).</summary>
static class ProcessorTime
{
    /// <summary>Of all its threads, those that have ended included; in hundredths of a second, from <c>/proc/PID/stat</c>.</summary>
    public static TimeSpan Of(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.TotalProcessorTime;
    }

    /// <summary>Of all processes of the machine, since its start; in hundredths of a second, from <c>/proc/stat</c>.</summary>
    public static TimeSpan OfAll()
    {
        // cpu user nice system idle iowait irq softirq steal guest guest_nice
        var counts = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(long.Parse).ToArray();
        return TimeSpan.FromSeconds((counts.Sum() - counts[3] - counts[4]) / 100.0);
    }

    /// <summary>Nanoseconds by thread, from <c>/proc/PID/task/*/schedstat</c>.</summary>
    public static Dictionary<(string Name, string Id), long> ByThread(int process)
    {
        var times = new Dictionary<(string, string), long>();
        foreach (var task in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            try
            {
                var spent = long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
                times[(File.ReadAllText(Path.Combine(task, "comm")).Trim(), Path.GetFileName(task))] = spent;
            }
            catch (IOException)
            {
                // The thread has ended meanwhile.
            }
        }

        return times;
    }
}
