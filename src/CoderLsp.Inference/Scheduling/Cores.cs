using System.Globalization;

namespace CoderLsp.Inference.Scheduling;

/// <summary>
/// Cores that this process may use. Two processors of one core (SMT) share its multipliers and its way to memory, and threads that wait
/// for each other by spinning take these from one another: a thread a core is as fast or faster.
/// </summary>
public static class Cores
{
    const string Topology = "/sys/devices/system/cpu";

    /// <summary>Cores with a processor for this process; processors where the system does not tell which are of one core.</summary>
    public static int Count { get; } = Math.Min(Environment.ProcessorCount, OperatingSystem.IsLinux() ? OnLinux() : int.MaxValue);

    static int OnLinux()
    {
        try
        {
            const string allowed = "Cpus_allowed_list:";
            var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(allowed, StringComparison.Ordinal));
            return Of(Topology, line[allowed.Length..]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            return int.MaxValue; // a kernel or a container that hides it
        }
    }

    /// <param name="topology">A folder as <c>/sys/devices/system/cpu</c>.</param>
    /// <param name="processors">Their numbers, as in <c>0-3,8</c>.</param>
    internal static int Of(string topology, string processors) => Numbers(processors)
        .Select(number => File.ReadAllText(Path.Combine(topology, $"cpu{number}", "topology", "thread_siblings_list")).Trim()).Distinct().Count();

    static IEnumerable<int> Numbers(string list) => list.Trim().Split(',').SelectMany(part =>
    {
        var ends = part.Split('-');
        var first = int.Parse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture);
        return Enumerable.Range(first, int.Parse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture) - first + 1);
    });
}
