using CoderLsp.Lsp.Background;

namespace CoderLsp.Tests.Lsp.Background;

public sealed class PowerSourceTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("coderlsp-power").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void Supply(string name, params (string File, string Text)[] files)
    {
        foreach (var (file, text) in files)
        {
            Directory.CreateDirectory(Path.Combine(_folder, name));
            File.WriteAllText(Path.Combine(_folder, name, file), text + "\n");
        }
    }

    [Fact]
    public void A_battery_that_is_being_emptied_says_so()
    {
        PowerSource.OnLinux(_folder).ShouldBeFalse();
        Supply("AC", ("type", "Mains"), ("online", "0"));
        Supply("mouse", ("type", "Battery"), ("scope", "Device"), ("status", "Discharging"));
        Supply("BAT0", ("type", "Battery"), ("status", "Charging"));
        PowerSource.OnLinux(_folder).ShouldBeFalse();
        Supply("BAT0", ("status", "Discharging"));
        PowerSource.OnLinux(_folder).ShouldBeTrue();
        PowerSource.OnLinux(Path.Combine(_folder, "none")).ShouldBeFalse();
    }
}
