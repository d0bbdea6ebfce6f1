using System.Globalization;

namespace CoderLsp.ServerBench;

/// <summary>The processor time of a process by its threads, from <c>/proc/PID/task/*/schedstat</c>, which counts nanoseconds.</summary>
static class ProcessorTime
{
    /// <summary>Nanoseconds by thread.</summary>
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
