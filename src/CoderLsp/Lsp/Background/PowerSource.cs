using System.Runtime.InteropServices;

namespace CoderLsp.Lsp.Background;

/// <summary>Whether the machine runs on a battery, where the platform says so.</summary>
static class PowerSource
{
    const string Supplies = "/sys/class/power_supply";

    // What macOS says of the time that is left while the machine is plugged in (kIOPSTimeRemainingUnlimited).
    const double Unlimited = -2;

    /// <summary>False also where nothing is known.</summary>
    public static bool IsBattery =>
        OperatingSystem.IsLinux() ? OnLinux(Supplies)
        : OperatingSystem.IsWindows() ? GetSystemPowerStatus(out var status) != 0 && status.OnLine == 0
        : OperatingSystem.IsMacOS() && IOPSGetTimeRemainingEstimate() != Unlimited;

    /// <param name="supplies">A folder as <c>/sys/class/power_supply</c>.</param>
    internal static bool OnLinux(string supplies)
    {
        try
        {
            return Directory.Exists(supplies) && Directory.EnumerateDirectories(supplies).Any(IsDischarging);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // A mouse or a headset has a battery too, whose scope is "Device".
    static bool IsDischarging(string supply) => Is(supply, "type", "Battery") && !Is(supply, "scope", "Device") && Is(supply, "status", "Discharging");

    static bool Is(string supply, string name, string value) =>
        Path.Combine(supply, name) is var file && File.Exists(file) && File.ReadAllText(file).Trim() == value;

    [DllImport("kernel32.dll"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    static extern int GetSystemPowerStatus(out PowerStatus status);

    /// <summary>Seconds; −1 on a battery whose time is not known yet.</summary>
    [DllImport("/System/Library/Frameworks/IOKit.framework/IOKit")]
    static extern double IOPSGetTimeRemainingEstimate();

    /// <summary>SYSTEM_POWER_STATUS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct PowerStatus
    {
        public byte OnLine, BatteryFlag, BatteryPercent, SystemStatus;
        public int BatterySeconds, FullBatterySeconds;
    }
}
