using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CoderLsp.Bench;

/// <summary>What a figure means nothing without.</summary>
/// <param name="Machine">Cores and their instructions.</param>
/// <param name="Command">What was typed.</param>
sealed record Surroundings(string Machine, string Date, string Command)
{
    /// <summary>Processes that wanted to run in the last minute; 0 where the system does not say.</summary>
    public static double Load => OperatingSystem.IsLinux() ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : 0;

    /// <summary>This machine: how many cores, of which kind, with which vectors.</summary>
    public static string Describe()
    {
        var kind = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        var vectors = Avx512BW.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : AdvSimd.IsSupported ? "AdvSimd" : "no vectors";
        return $"{Environment.ProcessorCount} cores, {kind ?? RuntimeInformation.ProcessArchitecture.ToString()}, {vectors}";
    }
}
