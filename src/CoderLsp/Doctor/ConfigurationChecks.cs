using CoderLsp.Configuration;

namespace CoderLsp.Doctor;

/// <summary>Where settings come from, and which of them are wrong.</summary>
static class ConfigurationChecks
{
    const string Check = "configuration";
    const string Known = "'coderlsp settings' shows all that there are, and what is in force.";

    /// <summary>Reads the settings; what is wrong with them becomes findings, and the others are in force.</summary>
    /// <param name="file">The configuration file, which need not exist.</param>
    /// <param name="withFile">May throw what <see cref="SettingsLayers.Load"/> throws.</param>
    public static (SettingsResult Settings, List<Finding> Findings) Read(string file, Func<SettingsLayers> withFile, Func<SettingsLayers> withoutFile)
    {
        var findings = new List<Finding>();
        SettingsResult result;
        try
        {
            result = withFile().Read();
            findings.Add(Finding.Ok(Check, File.Exists(file) ? $"{file} sets {Names(result, SettingSource.File) ?? "nothing"}." : $"There is no {file}: the defaults hold."));
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            result = withoutFile().Read();
            findings.Add(Finding.Error(Check, e.Message, "Correct the file, or take it away: until then commands refuse to run."));
        }

        findings.AddRange(result.Errors.Select(error => Finding.Error(Check, error.Message, $"Correct it there. {Known}")));
        findings.AddRange(result.Warnings.Select(warning => Finding.Warning(Check, warning.Message, $"Correct the name, or take it away. {Known}")));
        findings.Add(Finding.Ok("environment",
            Names(result, SettingSource.Environment) is { } names ? $"Variables set {names}." : "No variable is set that is a setting."));
        return (result, findings);
    }

    // Names only: values may be private. Null for none.
    static string? Names(SettingsResult result, SettingSource source)
    {
        var names = result.Origins.Where(origin => origin.Value.Source == source)
            .Select(origin => source == SettingSource.Environment ? $"{origin.Key} ({origin.Value.Name})" : origin.Key).ToList();
        return names.Count == 0 ? null : string.Join(", ", names);
    }
}
