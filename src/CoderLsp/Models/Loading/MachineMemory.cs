namespace CoderLsp.Models.Loading;

/// <summary>The memory of the machine, or of the container that the program runs in.</summary>
static class MachineMemory
{
    /// <summary>All of it, in bytes.</summary>
    public static long Total => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>What programs can still have without swapping; on systems that do not say, <see cref="Total"/>.</summary>
    public static long Available => Math.Min(Total, OperatingSystem.IsLinux() ? ReadAvailable("/proc/meminfo") ?? Total : Total);

    static long? ReadAvailable(string path)
    {
        try
        {
            return ParseAvailable(File.ReadLines(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Bytes of the line <c>MemAvailable: 123 kB</c>, or null.</summary>
    internal static long? ParseAvailable(IEnumerable<string> lines)
    {
        var line = lines.FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
        return line is not null && long.TryParse(line["MemAvailable:".Length..].Replace("kB", "", StringComparison.Ordinal), out var kibibytes)
            ? kibibytes * 1024 : null;
    }
}
